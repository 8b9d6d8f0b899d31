import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { OrganisationPicker } from '../../pickers/organisation-picker.js';
import { ProductsPicker } from '../../pickers/products-picker.js';
import { RolePicker } from '../../pickers/role-picker.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { EndField, fromField } from './end-field.js';

export function AddMembershipDialog({ userId, onClose }: { userId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [organisationId, setOrganisation] = useState<string | null>(null);
  const [roleId, setRole] = useState<string | null>(null);
  const [products, setProducts] = useState<string[]>([]);
  const [end, setEnd] = useState('');
  const add = api.useMutation('post', '/v1/user-management/admin/users/{userId}/memberships', {
    onSuccess: () => {
      tell(t('user.membershipAdded'));
      onClose();
    },
  });
  const confirm = () => {
    if (organisationId === null || roleId === null) return;
    add.mutate({ params: { path: { userId } }, body: { organisation_id: organisationId, role_id: roleId, product_ids: products, expires_at: fromField(end) } });
  };
  const moveTo = (id: string | null) => {
    setOrganisation(id);
    setRole(null);
  };
  return (
    <Confirm opened onClose={onClose} title={t('user.addMembership')} action={t('user.add')} command={add} onConfirm={confirm} isDisabled={organisationId === null || roleId === null}>
      <OrganisationPicker label={t('user.organisation')} value={organisationId} onChange={moveTo} required />
      <RolePicker label={t('user.role')} organisationId={organisationId} value={roleId} onChange={setRole} required disabled={organisationId === null} />
      <ProductsPicker label={t('user.products')} value={products} onChange={setProducts} />
      <EndField value={end} onChange={setEnd} />
    </Confirm>
  );
}
