import { api } from '../api/client.js';
import { EntityPicker, useTyping, type PickerProps } from './entity-picker.js';

const PATH = '/v1/user-management/admin/organisations';

/** One of the organisations that the administrator may see. */
export function OrganisationPicker(props: PickerProps) {
  const { value } = props;
  const one = api.useQuery('get', `${PATH}/{id}`, { params: { path: { id: value ?? '' } } }, { enabled: value !== null });
  const chosen = value !== null && one.data ? { value: one.data.id, label: one.data.name } : undefined;
  const typing = useTyping(chosen?.label);
  const { data, isFetching } = api.useQuery('get', PATH, { params: { query: typing.query } });
  const offered = data?.items.map(({ id, name }) => ({ value: id, label: name }));
  return <EntityPicker {...props} typing={typing} offered={offered} chosen={chosen} isFetching={isFetching} />;
}
