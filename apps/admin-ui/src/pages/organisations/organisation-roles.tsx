import { keepPreviousData } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';
import { PER_PAGE, toPageQuery } from '../../shell/numbered-search.js';
import { NumberedPaging } from '../../shell/paging.js';
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
    <>
      <Loaded of={roles} empty={t('roles.empty')} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => <RoleTable roles={items} />}
      </Loaded>
      <NumberedPaging
        page={search.page ?? 1}
        total={roles.data?.total ?? 0}
        perPage={PER_PAGE}
        onTurn={(page) => void navigate({ search: (before) => ({ ...before, page }) })}
      />
    </>
  );
}
