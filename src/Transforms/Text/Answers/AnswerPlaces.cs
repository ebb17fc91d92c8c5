using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Where the tokens of a text stand, and answers among them.</summary>
internal static class AnswerPlaces
{
    /// <summary>Where each token begins and ends, as a tokenizer of that kind cuts the text.</summary>
    internal static (int Start, int End)[] Of(string text, TextTokenizerKind kind) => kind == TextTokenizerKind.Characters
        ? Characters(text) : [.. WordTokenizer.Places(text)];

    /// <summary>The first and the last token of an answer.</summary>
    /// <param name="context">The text.</param>
    /// <param name="answer">What is looked for, token by token, by its case too.</param>
    /// <param name="from">The character where it begins; null for the first place where it stands.</param>
    /// <param name="kind">How both are cut.</param>
    /// <returns>What is wrong, or the places counted from 0.</returns>
    internal static (string? Problem, long First, long Last) Find(string context, string answer, long? from, TextTokenizerKind kind)
    {
        var places = Of(context, kind);
        string[] wanted = [.. Of(answer, kind).Select(place => answer[place.Start..place.End])];
        if (wanted.Length == 0)
            return ("the answer is empty; expected a part of the text", 0, 0);
        var first = Array.FindIndex(places, place => from is null || place.Start == from);
        var end = from is null ? places.Length - wanted.Length : first;
        for (; first >= 0 && first <= end && first + wanted.Length <= places.Length; first++)
            if (Enumerable.Range(0, wanted.Length).All(i => context.AsSpan()[places[first + i].Start..places[first + i].End]
                .SequenceEqual(wanted[i])))
                return (null, first, first + wanted.Length - 1);
        return ($"the answer '{answer}' doesn't stand {(from is null ? "in the text" : $"at character {from} of the text")}; expected a "
            + "part of it, whole words by their case", 0, 0);
    }

    /// <summary>The text from one token to another.</summary>
    /// <returns>What is wrong, or the text.</returns>
    internal static (string? Problem, string Answer) Cut(string context, long first, long last, TextTokenizerKind kind)
    {
        // A row that couldn't be read has no answer.
        if (first == SingleRowModel.NoClass && last == SingleRowModel.NoClass)
            return (null, "");
        var places = Of(context, kind);
        return first < 0 || last < first || last >= places.Length
            ? ($"the answer is from token {first} to {last} of a text of {places.Length}; expected tokens of the text", "")
            : (null, context[places[first].Start..places[last].End]);
    }

    /// <exception cref="ArgumentException">Tokens of that kind have no places.</exception>
    internal static TextTokenizerKind Checked(TextTokenizerKind kind) =>
        kind is TextTokenizerKind.Words or TextTokenizerKind.Characters ? kind : throw new ArgumentException(
            $"The kind of tokens is {kind}; expected {TextTokenizerKind.Words} or {TextTokenizerKind.Characters}.", nameof(kind));

    /// <summary>A column of text.</summary>
    /// <exception cref="ArgumentException">It is missing or of another type.</exception>
    internal static DataViewSchema.Column Text(DataViewSchema schema, string name) => schema.Require(name) is var column
        && column.Type is TextDataViewType ? column : throw WrongType(name, $"{column.Type}", "text");

    /// <exception cref="ArgumentException">The column is missing or no text.</exception>
    internal static void RequireText(SchemaShape shape, string name)
    {
        var column = shape.Require(name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.ItemType is not TextDataViewType)
            throw WrongType(name, column.Describe(), "text");
    }

    internal static ArgumentException WrongType(string column, string found, string expected) =>
        new($"Column '{column}' is {found}; expected {expected}.");

    private static (int, int)[] Characters(string text)
    {
        List<(int, int)> places = [];
        foreach (var rune in text.EnumerateRunes())
            places.Add((places.Count == 0 ? 0 : places[^1].Item2, (places.Count == 0 ? 0 : places[^1].Item2) + rune.Utf16SequenceLength));
        return [.. places];
    }
}
