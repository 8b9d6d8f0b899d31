import { Anchor, Button, NavLink, type AnchorProps, type ButtonProps, type NavLinkProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef } from 'react';

type Plain = Omit<ComponentPropsWithRef<'a'>, 'color' | 'style'>;

/** Mantine's own are polymorphic, which hides from the router what they take. */
const PlainAnchor = (props: AnchorProps & Plain) => <Anchor {...props} />;
const PlainButton = (props: ButtonProps & Plain) => <Button component="a" {...props} />;
const PlainNavLink = (props: NavLinkProps & Omit<Plain, 'children'>) => <NavLink {...props} />;

/** Links to pages whose address and search are checked by the compiler. */
export const PageAnchor = createLink(PlainAnchor);
export const PageButton = createLink(PlainButton);
export const PageNavLink = createLink(PlainNavLink);
