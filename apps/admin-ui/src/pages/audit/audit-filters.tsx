import { Button, Collapse, Group, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { AUDIT_ACTIONS, AUDIT_TARGETS } from '@sa-platform/contracts';
import { useTranslation } from 'react-i18next';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { UserPicker } from '../../pickers/user-picker.js';
import { SearchField } from '../../shell/search-field.js';
import { useMay } from '../../session/me.js';
import { momentIn, type AuditFilter } from './audit-search.js';

interface FilterProps {
  filter: AuditFilter;
  onChange: (fields: { [Name in keyof AuditFilter]?: AuditFilter[Name] | undefined }) => void;
}

/** What is asked for most stands there; the rest is one press away. */
export function AuditFilters({ onClear, ...props }: FilterProps & { onClear: () => void }) {
  const { t } = useTranslation();
  const { filter, onChange } = props;
  const isMoreSet = [filter.organisation_id, filter.scope, filter.target_type, filter.target_id].some((value) => value !== undefined);
  const [isMore, more] = useDisclosure(isMoreSet);
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
        <Select
          label={t('audit.action')}
          placeholder={t('all')}
          searchable
          clearable
          data={AUDIT_ACTIONS.map((value) => ({ value, label: t(`audit.actions.${value}`) }))}
          value={filter.action ?? null}
          onChange={(action) => onChange({ action: action ?? undefined })}
        />
        <UserPicker label={t('audit.actor')} placeholder={t('all')} clearable value={filter.actor_id ?? null} onChange={(id) => onChange({ actor_id: id ?? undefined })} />
        <MomentField label={t('audit.from')} value={filter.from} onChange={(from) => onChange({ from })} />
        <MomentField label={t('audit.until')} value={filter.until} onChange={(until) => onChange({ until })} />
      </SimpleGrid>
      <Collapse expanded={isMore}>
        <MoreFilters {...props} />
      </Collapse>
      <Group gap="xs">
        <Button size="compact-sm" variant="subtle" aria-expanded={isMore} onClick={more.toggle}>
          {t(isMore ? 'audit.fewerFilters' : 'audit.moreFilters')}
        </Button>
        {Object.keys(filter).length > 0 && (
          <Button size="compact-sm" variant="subtle" onClick={onClear}>
            {t('audit.clear')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function MoreFilters({ filter, onChange }: FilterProps) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
      <Select
        label={t('audit.targetType')}
        placeholder={t('all')}
        clearable
        data={AUDIT_TARGETS.map((value) => ({ value, label: t(`audit.targets.${value}`) }))}
        value={filter.target_type ?? null}
        onChange={(type) => onChange({ target_type: type ?? undefined })}
      />
      <SearchField label={t('audit.targetId')} value={filter.target_id} onSearch={(id) => onChange({ target_id: id })} />
      <OrganisationPicker
        label={t('audit.organisation')}
        placeholder={t('all')}
        clearable
        value={filter.organisation_id ?? null}
        onChange={(id) => onChange({ organisation_id: id ?? undefined, scope: undefined })}
      />
      {may.platformAdmin && (
        <Switch
          mt={{ base: 0, xs: 30 }}
          label={t('audit.platformOnly')}
          checked={filter.scope === 'platform'}
          onChange={(event) => onChange({ scope: event.currentTarget.checked ? 'platform' : undefined, organisation_id: undefined })}
        />
      )}
    </SimpleGrid>
  );
}

/** In the reader's own time; the address and the service have UTC. */
function MomentField({ label, value, onChange }: { label: string; value: string | undefined; onChange: (moment: string | undefined) => void }) {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      defaultValue={value === undefined ? '' : localTime(new Date(value))}
      onChange={({ currentTarget: { value: typed } }) => {
        const moment = momentIn(typed);
        if (typed === '' || moment !== undefined) onChange(moment);
      }}
    />
  );
}

const MINUTE_MS = 60_000;

function localTime(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length);
}
