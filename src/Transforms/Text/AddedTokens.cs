namespace MLSeqGraph.Transforms;

/// <summary>Tokens that were added to a tokenizer, for networks whose vectors of tokens are to be extended.</summary>
/// <param name="FirstKey">The key of the first; the others follow.</param>
/// <param name="Pieces">For each, the keys of the tokens that it was made of before.</param>
public sealed record AddedTokens(int FirstKey, IReadOnlyList<IReadOnlyList<long>> Pieces);
