import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { Loaded } from '../../shell/loaded.js';
import { OnlyPlatformAdmins } from '../../shell/only-platform-admins.js';
import { Page } from '../../shell/page.js';
import { Drift } from './drift.js';
import { ProviderRoles } from './provider-roles.js';
import { ProviderState } from './provider-state.js';

const SCANNING_MS = 1_000;
const AT_REST_MS = 15_000;

/** How the identity provider is, how far it has followed, and where it says something else than we do. */
export function IdentityPage() {
  return (
    <OnlyPlatformAdmins>
      <Identity />
    </OnlyPlatformAdmins>
  );
}

function Identity() {
  const { t } = useTranslation();
  const status = api.useQuery('get', '/v1/user-management/admin/identity/status', {}, {
    refetchInterval: ({ state: { data } }) => (data?.last_scan?.state === 'running' ? SCANNING_MS : AT_REST_MS),
  });
  return (
    <Page title={t('identity.title')} note={status.data && t(`identity.providers.${status.data.provider}`)}>
      <Loaded of={status}>
        {(data) => (
          <>
            <ProviderState status={data} />
            <Drift lastScan={data.last_scan} />
            <ProviderRoles />
          </>
        )}
      </Loaded>
    </Page>
  );
}
