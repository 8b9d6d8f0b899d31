import { PageAnchor } from './links.js';

/** A user by name, who leads to their page; the bare id where the name can't be told. */
export function PersonLink({ id, name }: { id: string; name: string }) {
  if (name === id) return <span style={{ overflowWrap: 'anywhere' }}>{id}</span>;
  return (
    <PageAnchor to="/users/$id" params={{ id }} inherit underline="always">
      {name}
    </PageAnchor>
  );
}
