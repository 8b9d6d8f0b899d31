import { Button, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { useVersioned, type Versioned } from '../../api/versioned.js';
import { useMay } from '../../session/me.js';
import { Facts } from '../../shell/facts.js';
import { Loaded } from '../../shell/loaded.js';
import { Moment } from '../../shell/moment.js';
import { Page } from '../../shell/page.js';
import type { Organisation } from './organisation.js';
import { ORGANISATIONS } from './organisation.js';
import { OrganisationMembers } from './organisation-members.js';
import { OrganisationRoles } from './organisation-roles.js';
import { RenameOrganisation, type Reread } from './rename-organisation.js';

const route = getRouteApi('/organisations/$id');

/** One organisation, who belongs to it, and which roles it can use. */
export function OrganisationPage() {
  const { t } = useTranslation();
  const may = useMay();
  const { id } = route.useParams();
  const reread = () => http.GET(`${ORGANISATIONS}/{id}`, { params: { path: { id } } });
  const organisation = useVersioned([`${ORGANISATIONS}/{id}`, id], reread);
  const read = organisation.data;
  return (
    <Page title={read?.value.name ?? t('pages.organisations')} actions={read && may.platformAdmin && <Rename read={read} reread={reread} />}>
      <Loaded of={organisation}>
        {({ value }) => (
          <>
            <Facts
              facts={[
                [t('organisations.id'), value.id],
                [t('organisations.created'), <Moment key="created" at={value.created_at} />],
                [t('organisations.changed'), <Moment key="changed" at={value.updated_at} />],
              ]}
            />
            {may.in('admin:users:read', id) && <OrganisationMembers key={id} id={id} />}
            {may.in('admin:roles:read', id) && (
              <>
                <Title order={2} size="h4">
                  {t('organisations.roles')}
                </Title>
                <OrganisationRoles key={id} id={id} />
              </>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Rename({ read, reread }: { read: Versioned<Organisation>; reread: Reread }) {
  const { t } = useTranslation();
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('organisations.rename')}
      </Button>
      <RenameOrganisation read={read} reread={reread} opened={isOpen} onClose={close} />
    </>
  );
}
