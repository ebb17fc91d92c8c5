using System.Globalization;

namespace MLSeqGraph.Transforms;

/// <summary>A tokenizer and how a column is cut with it, as text to be saved in a model.</summary>
internal sealed record TextMappingSettings(string Column, TextTokenizer Tokenizer, bool AddStart, bool AddEnd, int? MaximumLength, TooLongText TooLong)
{
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"column {TokenLines.Escape(Column)}\nstart {Flag(AddStart)}\nend {Flag(AddEnd)}\n"
        + $"length {MaximumLength ?? 0}\ntruncate {Flag(TooLong == TooLongText.Truncate)}\n{Tokenizer.ToText()}");

    public static TextMappingSettings Parse(string text)
    {
        var lines = new TokenLines(text, "tokenizer of the model");
        string column = lines.Unescape(lines.Value("column"));
        bool start = lines.Flag("start"), end = lines.Flag("end");
        int length = lines.Parse(lines.Value("length"));
        var tooLong = lines.Flag("truncate") ? TooLongText.Truncate : TooLongText.Error;
        return new(column, TextTokenizer.Parse(lines.Rest(), "tokenizer of the model"), start, end, length == 0 ? null : length, tooLong);
    }

    /// <summary>The names of a text's tokens.</summary>
    public string[] Tokenize(string text)
    {
        int[] ids;
        try
        {
            ids = Tokenizer.Encode(text);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"Column '{Column}': {error.Message}", error);
        }

        int added = (AddStart ? 1 : 0) + (AddEnd ? 1 : 0);
        int kept = ids.Length;
        if (kept + added > MaximumLength)
        {
            if (TooLong == TooLongText.Error)
                throw new InvalidDataException($"Column '{Column}': a text has {kept + added} tokens; expected at most {MaximumLength}.");
            kept = MaximumLength.Value - added;
        }

        var vocabulary = Tokenizer.Vocabulary;
        var names = new string[kept + added];
        int at = 0;
        if (AddStart)
            names[at++] = vocabulary.Special.Start!;
        foreach (int id in ids.AsSpan(0, kept))
            names[at++] = vocabulary[id];
        if (AddEnd)
            names[at] = vocabulary.Special.End!;
        return names;
    }

    /// <summary>The text of the tokens with these names, up to the first end token.</summary>
    public string Detokenize(string[] names)
    {
        var vocabulary = Tokenizer.Vocabulary;
        var ids = new List<int>(names.Length);
        foreach (string name in names)
        {
            if (!vocabulary.TryGetId(name ?? "", out int id))
                id = vocabulary.UnknownId ?? throw new InvalidDataException($"Column '{Column}': token '{name}' is not in the vocabulary, and there is no unknown token.");
            if (id == vocabulary.EndId)
                break;
            ids.Add(id);
        }

        return Tokenizer.Decode([.. ids]);
    }

    private static string Flag(bool value) => value ? "true" : "false";
}
