import { Modal, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { api, http } from '../../api/client.js';
import { readVersion, useVersioned, type Versioned } from '../../api/versioned.js';
import { EditForm } from '../../shell/edit-form.js';
import { Loaded } from '../../shell/loaded.js';
import { tell } from '../../shell/tell.js';
import { useEdit } from '../../shell/use-edit.js';
import { PRODUCTS, type Product } from './product.js';

interface Fields {
  name: string;
  description: string;
}

/** @param id of the product that is changed; null: none is */
export function EditProduct({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={id !== null} onClose={onClose} title={t('products.change')} closeButtonProps={{ 'aria-label': t('close') }}>
      {id !== null && <NewestProduct key={id} id={id} onClose={onClose} />}
    </Modal>
  );
}

/** The list has no versions: what is changed is read first. */
function NewestProduct({ id, onClose }: { id: string; onClose: () => void }) {
  const ask = () => http.GET(`${PRODUCTS}/{id}`, { params: { path: { id } } });
  const product = useVersioned([`${PRODUCTS}/{id}`, id], ask);
  return <Loaded of={product}>{(read) => <ProductForm read={read} reread={() => readVersion(ask)} onClose={onClose} />}</Loaded>;
}

interface ProductFormProps {
  read: Versioned<Product>;
  reread: () => Promise<Versioned<Product>>;
  onClose: () => void;
}

function ProductForm({ read, reread, onClose }: ProductFormProps) {
  const { t } = useTranslation();
  const { id } = read.value;
  const command = api.useMutation('patch', `${PRODUCTS}/{id}`);
  const edit = useEdit<Product, Fields>({
    read,
    toFields: ({ name, description }) => ({ name, description }),
    reread,
    save: (body, version) => command.mutateAsync({ params: { path: { id }, header: { 'If-Match': version } }, body }),
    onSaved: () => {
      tell(t('saved'));
      onClose();
    },
    validate: { name: (name) => (name.trim() === '' ? t('required') : null) },
  });
  return (
    <EditForm edit={edit} nameOf={(field) => t(`products.${field}`)} onCancel={onClose}>
      <TextInput label={t('products.name')} required maxLength={200} data-autofocus autoFocus {...edit.form.getInputProps('name')} />
      <Textarea label={t('products.description')} maxLength={500} autosize minRows={2} {...edit.form.getInputProps('description')} />
    </EditForm>
  );
}
