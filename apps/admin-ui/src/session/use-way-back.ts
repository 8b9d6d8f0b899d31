import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tell } from '../shell/tell.js';
import { actAs, useActing, type Acting } from './acting.js';

/** When acting as somebody is over, by the administrator, by its time or by the service, leads back to that user's page. */
export function useWayBack(): void {
  const { t } = useTranslation();
  const acting = useActing();
  const navigate = useNavigate();
  const before = useRef<Acting | null>(null);
  useEffect(() => {
    const over = before.current;
    before.current = acting;
    if (acting) {
      const timer = setTimeout(() => actAs(null), acting.until - Date.now());
      return () => clearTimeout(timer);
    }
    if (over) {
      tell(t('acting.over', { name: over.name }));
      void navigate({ to: '/users/$id', params: { id: over.userId } });
    }
    return undefined;
  }, [acting, navigate, t]);
}
