import { ActionIcon, AppShell, Burger, Group, Menu, Text, useComputedColorScheme, useMantineColorScheme, useMatches } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAuth } from 'react-oidc-context';
import { changeLanguage, LANGUAGES } from '../i18n/i18n.js';
import { useActing } from '../session/acting.js';
import { useMe } from '../session/me.js';
import { NotIn } from '../session/not-in.js';
import { useWayBack } from '../session/use-way-back.js';
import { ImpersonationBanner } from './impersonation-banner.js';
import { PageNavLink } from './links.js';
import { Loaded } from './loaded.js';
import { isAt, pagesFor } from './pages.js';

/** The pages of whoever looks at them: all of them begin anew when that is somebody else. */
export function Frame() {
  useWayBack();
  return <Pages key={useActing()?.token} />;
}

/** The pages that somebody may use, around the one they are on. */
function Pages() {
  const { t } = useTranslation();
  const [isOpen, { toggle, close }] = useDisclosure();
  const me = useMe();
  // Where there is little room, the pages' names lie over the page.
  const isCovered = useMatches({ base: isOpen, sm: false });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  if (!me.data || me.data.status !== 'active' || pagesFor(me.data).length === 0) {
    return (
      <>
        <ImpersonationBanner />
        <Loaded of={me}>{(data) => <NotIn me={data} />}</Loaded>
      </>
    );
  }
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding="md" transitionDuration={0}>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t('menu')} />
            <Text fw={600}>{t('product')}</Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorScheme />
            <Account name={me.data.display_name} />
          </Group>
        </Group>
      </AppShell.Header>
      {/* Out of sight it is out of the way of the keyboard too. */}
      <AppShell.Navbar p="xs" component="nav" aria-label={t('pages.label')} {...(isOpen ? {} : { visibleFrom: 'sm' })}>
        {pagesFor(me.data).map((page) => (
          <PageNavLink
            key={page.to}
            to={page.to}
            label={t(`pages.${page.name}`)}
            active={isAt(page, path)}
            aria-current={isAt(page, path) ? 'page' : undefined}
            onClick={close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main inert={isCovered}>
        <ImpersonationBanner />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function ColorScheme() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t(`scheme.${other}`)} onClick={() => setColorScheme(other)}>
      <span aria-hidden>{scheme === 'dark' ? '☀' : '☾'}</span>
    </ActionIcon>
  );
}

function Account({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const auth = useAuth();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="light" radius="xl" size="lg" aria-label={t('account', { name })}>
          {name.slice(0, 1).toLocaleUpperCase()}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        {(Object.keys(LANGUAGES) as (keyof typeof LANGUAGES)[]).map((language) => (
          <Menu.Item key={language} lang={language} onClick={() => void changeLanguage(language)} aria-current={i18n.resolvedLanguage === language}>
            {LANGUAGES[language]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void auth.signoutRedirect()}>{t('signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
