import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';

/**
 * Who may use a route. `read`: whoever may know what is backed up. `control`: whoever may start and end runs. Over the
 * socket that is the user whose socket it is, over TCP whoever has the token.
 */
export type Access = 'read' | 'control';

/** What a route understands. Everything in it is checked before the route is asked. */
export interface RouteInput {
  readonly params?: z.ZodMiniObject | undefined;
  readonly query?: z.ZodMiniObject | undefined;
  readonly headers?: z.ZodMiniObject | undefined;
  readonly body?: z.ZodMiniType | undefined;
}

type Parsed<S> = S extends z.ZodMiniType ? z.output<S> : undefined;

/** A request and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One call of a route, with its parts checked. */
export interface Call<Input extends RouteInput> {
  readonly daemon: Daemon;
  readonly params: Parsed<Input['params']>;
  readonly query: Parsed<Input['query']>;
  readonly headers: Parsed<Input['headers']>;
  readonly body: Parsed<Input['body']>;
  /** For answers that are written bit by bit. */
  readonly exchange: Exchange;
}

/** A JSON document or another text with its status; or that the route writes the answer itself. */
export type Answer =
  | { readonly status?: number; readonly document: Readonly<Record<string, unknown>> }
  | { readonly status?: number; readonly text: string; readonly mediaType: string }
  | 'written';

/** One thing that the API can be asked, as data: the router, the checks and the OpenAPI document are made from it. */
export interface Route<Input extends RouteInput = RouteInput> {
  readonly method: 'get' | 'post';
  /** Parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly input?: Input;
  /** What comes back, by status: the name of the document, or another media type. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  readonly handle: (call: Call<Input>) => Promise<Answer> | Answer;
}

export interface RouteAnswer {
  readonly text: string;
  /** Such as `status` for `umbra.status/1`. */
  readonly document?: string;
  /** For what is no JSON document. */
  readonly mediaType?: string;
}

/** A route whose handler knows the types of its input; the router only knows that there is one. */
export const defineRoute = <Input extends RouteInput>(route: Route<Input>): Route => route;
