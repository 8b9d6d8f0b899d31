import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { NumberedList } from '../../shell/numbered-list.js';
import { toPageQuery } from '../../shell/numbered-search.js';
import { ROLES } from '../roles/role.js';
import { RoleTable } from '../roles/role-table.js';

const route = getRouteApi('/organisations/$id');

/** The platform's roles and the organisation's own, with how many hold them there. */
export function OrganisationRoles({ id }: { id: string }) {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = { ...toPageQuery(search), organisation_id: id };
  const roles = api.useQuery('get', ROLES, { params: { query } }, { placeholderData: keepPreviousData });
  return (
    <NumberedList of={roles} page={search.page} onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })} empty={t('roles.empty')}>
      {(items) => <RoleTable roles={items} />}
    </NumberedList>
  );
}
