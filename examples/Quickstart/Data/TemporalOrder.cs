using Microsoft.ML;

namespace Quickstart.Data;

/// <summary>
/// The temporal order problem (Hochreiter and Schmidhuber 1997, experiments 6a and 6b): 100 to 110 symbols, E first, B last, all others
/// drawn from a, b, c, d but two (or three) that are X or Y. The class is their order, some 40 to 100 steps before the end.
/// </summary>
internal static class TemporalOrder
{
    // Where the symbols that matter may stand, counted from 0; the later positions are those of the paper too.
    private static readonly (int From, int To)[] TwoPositions = [(10, 20), (50, 60)];
    private static readonly (int From, int To)[] ThreePositions = [(10, 20), (33, 43), (66, 76)];

    internal sealed class Row
    {
        public string[] Symbols { get; set; } = [];

        public string Order { get; set; } = "";
    }

    internal static DataSet Load(MLContext ml, HoldOut? holdOut, int positions, int trainRows = 10_000, int testRows = 2_000)
    {
        var random = new Random(1997);
        var rows = new Rows<Row>(Make(positions, trainRows, random), Make(positions, testRows, random)).With(holdOut);
        return new()
        {
            Name = positions == 2 ? "temporal-order" : $"temporal-order-{positions}",
            Description = $"sequences of 100 to 110 symbols, {1 << positions} orders of {positions} of them",
            Train = ml.Data.LoadFromEnumerable(rows.Train),
            Test = ml.Data.LoadFromEnumerable(rows.Test),
            TrainRows = rows.Train.Count,
            TestRows = rows.Test.Count,
            IsTokens = true,
            Preparation = ml.Transforms.Conversion.MapValueToKey("Features", nameof(Row.Symbols))
                .Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Order))),
        };
    }

    internal static Row[] Make(int positions, int count, Random random)
    {
        var ranges = positions == 2 ? TwoPositions : ThreePositions;
        return [.. Enumerable.Range(0, count).Select(_ => Sequence(ranges, random))];
    }

    private static Row Sequence((int From, int To)[] ranges, Random random)
    {
        var symbols = new string[random.Next(100, 111)];
        for (var t = 0; t < symbols.Length; t++)
            symbols[t] = "abcd"[random.Next(4)].ToString();
        (symbols[0], symbols[^1]) = ("E", "B");
        var order = "";
        foreach (var (from, to) in ranges)
        {
            var symbol = random.Next(2) == 0 ? "X" : "Y";
            symbols[random.Next(from, to + 1)] = symbol;
            order += symbol;
        }
        return new() { Symbols = symbols, Order = order };
    }
}
