/** Who is signed in. */
import { Refusal, door, get, post, type Answer } from "$api";
import { venue } from "./venue.svelte";

export type Session = Answer<"/account/v1/session">;
export type Standing = Answer<"/account/v1/status">;

class SessionState {
  /** null when nobody is signed in, undefined until it is known. */
  user = $state<Session | null | undefined>(undefined);
  /** What the user may do and what is missing before he may. */
  standing = $state<Standing | null>(null);
  /** Whether a session ended by itself, so that the user must sign in again to go on where he was. */
  isOver = $state(false);
  /** His roles; a session that ends by itself leaves them, so that no page takes away what was being typed. */
  #roles = $state<string[]>([]);
  /** How often a session that had ended was gone on with: what was asked in between is asked again. */
  resumed = $state(0);

  constructor() {
    door.onSessionOver = () => this.#ended();
    venue.onBack(() => void this.refresh());
  }

  get isSignedIn(): boolean {
    return Boolean(this.user);
  }

  get isOperator(): boolean {
    return (this.user?.roles.length ?? 0) > 0;
  }

  /** Whether the user has one of these roles; an ADMIN has all. */
  may(...roles: string[]): boolean {
    return this.#roles.includes("ADMIN") || roles.some((role) => this.#roles.includes(role));
  }

  /** Asks the venue who is signed in; it is not asked when it has said that nobody is. */
  async refresh(): Promise<void> {
    if (venue.about?.isSignedIn === false && !this.user) {
      this.user = null;
      return;
    }
    try {
      const found = await get("/account/v1/session");
      door.csrf = found.csrfToken;
      this.user = found;
      this.#roles = found.roles;
      this.isOver = false;
      this.standing = await get("/account/v1/status");
    } catch (fault) {
      if (fault instanceof Refusal) this.user = null;
    }
  }

  async signIn(mail: string, password: string, code: string): Promise<void> {
    const answer = await post("/account/v1/sign-in", { mail, password, code }, { isQuestion: true });
    door.csrf = answer.csrfToken;
    if (venue.about) venue.about.isSignedIn = true;
    const wasOver = this.isOver;
    await this.refresh();
    if (wasOver) this.resumed += 1;
  }

  async signOut(): Promise<void> {
    await post("/account/v1/sign-out", {});
    this.#roles = [];
    this.#forget();
  }

  #ended(): void {
    if (this.user) this.isOver = true;
    this.#forget();
  }

  #forget(): void {
    if (venue.about) venue.about.isSignedIn = false;
    door.csrf = "";
    this.user = null;
    this.standing = null;
  }
}

export const session = new SessionState();
