/** A document of a verification: where it is, and what is shown of it in the page. */
import { fetchFile } from "$api";

const PATH = "/operator/v1/document";

/** Where a browser shows it by itself, shut off from this page and from all others. */
export const documentAddress = (documentId: number): string => `${PATH}?documentId=${documentId}`;
export const fetchDocument = (documentId: number): Promise<Blob> => fetchFile(PATH, { documentId: String(documentId) });
