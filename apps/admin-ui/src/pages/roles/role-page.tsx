import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { http } from '../../api/client.js';
import { useVersioned } from '../../api/versioned.js';
import { useMay } from '../../session/me.js';
import { Loaded } from '../../shell/loaded.js';
import { Page } from '../../shell/page.js';
import { EditRole } from './edit-role.js';
import { mayShape, ROLES } from './role.js';
import { ShownRole } from './shown-role.js';

const route = getRouteApi('/roles/$id');

/** One role, looked at or changed. */
export function RolePage() {
  const { t } = useTranslation();
  const may = useMay();
  const navigate = route.useNavigate();
  const { id } = route.useParams();
  const { edit } = route.useSearch();
  const change = useRef<HTMLAnchorElement>(null);
  const wasEdited = useRef(false);
  const reread = () => http.GET(`${ROLES}/{id}`, { params: { path: { id } } });
  const role = useVersioned([`${ROLES}/{id}`, id], reread);
  const isEdited = edit === true && role.data !== undefined && mayShape(may, role.data.value);
  useEffect(() => {
    if (wasEdited.current && !isEdited) change.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  if (role.data === undefined) {
    return (
      <Page title={t('pages.roles')}>
        <Loaded of={role}>{() => null}</Loaded>
      </Page>
    );
  }
  if (isEdited) return <EditRole key={id} read={role.data} reread={reread} onDone={() => void navigate({ search: {}, replace: true })} />;
  return <ShownRole role={role.data.value} version={role.data.version} changeRef={change} />;
}
