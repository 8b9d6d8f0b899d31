import { api } from '../api/client.js';
import { useUserNames } from '../api/user-names.js';
import { EntityPicker, useTyping, type PickerProps } from './entity-picker.js';

/** One of the users that the administrator may see; an id that is none of theirs stands as it is. */
export function UserPicker(props: PickerProps) {
  const { value } = props;
  const nameOf = useUserNames(value === null ? [] : [value]);
  const chosen = value === null ? undefined : { value, label: nameOf(value) };
  const typing = useTyping(chosen?.label);
  const { data, isFetching } = api.useQuery('get', '/v1/user-management/admin/users', { params: { query: { ...typing.query, with_total: 'false' } } });
  const offered = data?.items.map(({ id, display_name: name, email }) => ({ value: id, label: `${name} (${email})` }));
  return <EntityPicker {...props} typing={typing} offered={offered} chosen={chosen} isFetching={isFetching} />;
}
