namespace MLSeqGraph.Transforms;

/// <summary>A token for every Unicode scalar value.</summary>
internal sealed class CharacterTokenizer(Vocabulary vocabulary) : TextTokenizer(vocabulary)
{
    public const string Name = "characters";

    internal override string Kind => Name;

    internal override string Rules => "A token for every Unicode scalar value; a lone surrogate is U+FFFD. Others are unknown.";

    public static IEnumerable<string> Split(string text)
    {
        foreach (var rune in text.EnumerateRunes())
            yield return rune.ToString();
    }

    private protected override int AddTokens(string text, List<int> ids) => AddOrUnknown(Split(text), ids);

    private protected override string Join(List<int> ids) => string.Concat(ids.Select(id => Vocabulary[id]));
}
