import { useRef, useState } from 'react';

/** A dialog that gives the focus back to where it was opened from. */
export function useDialog() {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<Element | null>(null);
  return {
    isOpen,
    open: () => {
      opener.current = document.activeElement;
      setOpen(true);
    },
    close: () => {
      setOpen(false);
      // After the dialog has let the focus go.
      setTimeout(() => opener.current instanceof HTMLElement && opener.current.focus());
    },
  };
}
