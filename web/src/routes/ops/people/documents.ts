/** The bytes of a document of a verification. */
export async function fetchDocument(documentId: number): Promise<Blob> {
  const answer = await fetch(`/operator/v1/document?documentId=${documentId}`, {
    credentials: "same-origin",
    cache: "no-store",
  });
  if (!answer.ok) throw new Error(`document: ${answer.status}`);
  return answer.blob();
}
