import { api } from '../../api/client.js';
import { EntityPicker, useTyping, type PickerProps } from '../../pickers/entity-picker.js';

/** One of the services that have registered permissions. */
export function ServicePicker(props: PickerProps) {
  const { value } = props;
  const typing = useTyping(value ?? undefined);
  const services = api.useQuery('get', '/v1/user-management/permissions/services', { params: { query: typing.query } });
  const offered = services.data?.items.map(({ service_id: id }) => ({ value: id, label: id }));
  return (
    <EntityPicker
      {...props}
      typing={typing}
      offered={offered}
      chosen={value === null ? undefined : { value, label: value }}
      isFetching={services.isFetching}
    />
  );
}
