import { useTranslation } from 'react-i18next';
import { api } from '../api/client.js';
import { useMay } from '../session/me.js';
import { PageAnchor } from './links.js';

/** Somebody whom the service named by id alone; who is out of reach stays an id. */
export function UserName({ id }: { id: string }) {
  const { t } = useTranslation();
  const may = useMay();
  const { data: user } = api.useQuery('get', '/v1/user-management/admin/users/{id}', { params: { path: { id } } }, { staleTime: 60_000 });
  if (id === may.userId) return t('you');
  if (!user) return <span style={{ overflowWrap: 'anywhere' }}>{id}</span>;
  return (
    <PageAnchor to="/users/$id" params={{ id }} inherit underline="always">
      {user.display_name}
    </PageAnchor>
  );
}
