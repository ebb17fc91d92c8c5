namespace LongInputs.Data;

/// <summary>
/// The copying problem (Hochreiter and Schmidhuber 1997; Arjovsky, Shah and Bengio 2016): ten symbols of eight, many blanks, a mark, and
/// ten steps in which the symbols are to be written again.
/// </summary>
internal static class LongCopy
{
    /// <summary>Symbols to copy: so many of so many.</summary>
    internal const int Copied = 10, Alphabet = 8;

    internal const string Blank = "_", Mark = "!";

    /// <param name="count">Number of rows.</param>
    /// <param name="steps">Steps of a row.</param>
    /// <param name="random">Draws the symbols.</param>
    internal static LongRow[] Rows(int count, int steps, Random random) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        string[] symbols = [.. Enumerable.Range(0, Copied).Select(_ => ((char)('a' + random.Next(Alphabet))).ToString())];
        string[] Blanks(int blanks) => [.. Enumerable.Repeat(Blank, blanks)];
        return new LongRow
        {
            Tokens = [.. symbols, .. Blanks(steps - 2 * Copied - 1), Mark, .. Blanks(Copied)],
            Tags = [.. Blanks(steps - Copied), .. symbols],
        };
    })];
}
