import { Badge, Button, CloseButton, Group } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../api/client.js';
import { ProductPicker } from '../../pickers/product-picker.js';
import { Confirm } from '../../shell/confirm.js';
import { tell } from '../../shell/tell.js';
import { useDialog } from './use-dialog.js';
import type { Membership } from './user.js';

type Product = Membership['products'][number];

/** The products of one membership, each with a button that takes it back, and one that grants another. */
export function GrantedProducts({ membership, mayWrite }: { membership: Membership; mayWrite: boolean }) {
  const { t } = useTranslation();
  const granting = useDialog();
  const about = { role: membership.role.name, organisation: membership.organisation_name };
  return (
    <Group gap={4}>
      {membership.products.map((product) => (
        <Granted key={product.product_id} membership={membership} product={product} mayWrite={mayWrite} />
      ))}
      {!mayWrite && membership.products.length === 0 && '–'}
      {mayWrite && (
        <Button size="compact-sm" variant="subtle" aria-label={t('user.grantProductFor', about)} onClick={granting.open}>
          {t('user.grant')}
        </Button>
      )}
      {granting.isOpen && <GrantProductDialog membership={membership} onClose={granting.close} />}
    </Group>
  );
}

function Granted({ membership, product, mayWrite }: { membership: Membership; product: Product; mayWrite: boolean }) {
  const { t } = useTranslation();
  const revoking = useDialog();
  const close = mayWrite && <CloseButton size={24} variant="transparent" aria-label={t('user.revokeProductOf', { product: product.key })} onClick={revoking.open} />;
  return (
    <>
      <Badge variant="default" tt="none" fw={500} size="lg" rightSection={close}>
        {product.key}
      </Badge>
      {revoking.isOpen && <RevokeProductDialog membership={membership} product={product} onClose={revoking.close} />}
    </>
  );
}

function GrantProductDialog({ membership, onClose }: { membership: Membership; onClose: () => void }) {
  const { t } = useTranslation();
  const [productId, setProduct] = useState<string | null>(null);
  const path = { userId: membership.user_id, membershipId: membership.membership_id };
  const grant = api.useMutation('post', '/v1/user-management/admin/users/{userId}/memberships/{membershipId}/products', {
    onSuccess: () => {
      tell(t('user.productGranted'));
      onClose();
    },
  });
  const confirm = () => productId !== null && grant.mutate({ params: { path }, body: { product_id: productId } });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.grantProduct')}
      text={t('user.membershipIn', { role: membership.role.name, organisation: membership.organisation_name })}
      action={t('user.grant')}
      command={grant}
      onConfirm={confirm}
      isDisabled={productId === null}
    >
      <ProductPicker label={t('user.product')} value={productId} onChange={setProduct} required />
    </Confirm>
  );
}

function RevokeProductDialog({ membership, product, onClose }: { membership: Membership; product: Product; onClose: () => void }) {
  const { t } = useTranslation();
  const path = { userId: membership.user_id, membershipId: membership.membership_id, productId: product.product_id };
  const revoke = api.useMutation('delete', '/v1/user-management/admin/users/{userId}/memberships/{membershipId}/products/{productId}', {
    onSuccess: () => {
      tell(t('user.productRevoked'));
      onClose();
    },
  });
  return (
    <Confirm
      opened
      onClose={onClose}
      title={t('user.revokeProduct')}
      text={t('user.revokeProductText', { product: product.key, organisation: membership.organisation_name })}
      action={t('user.revokeProductAction')}
      isDangerous
      command={revoke}
      onConfirm={() => revoke.mutate({ params: { path } })}
    />
  );
}
