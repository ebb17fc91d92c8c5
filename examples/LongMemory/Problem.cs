namespace LongMemory;

/// <summary>What is asked about a sequence.</summary>
internal enum Answer
{
    Number,
    Class,
    Tags,
}

/// <summary>
/// A problem whose answer depends on steps far apart: those of Hochreiter and Schmidhuber 1997 (adding, multiplication, temporal order),
/// copying (Arjovsky, Shah and Bengio 2016) and the discrimination of frequencies (Neil et al. 2016).
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Features">Numbers of a step.</param>
/// <param name="Answer">What is asked.</param>
/// <param name="Steps">The customary number of steps.</param>
/// <param name="Make">A row of about so many steps.</param>
internal sealed record Problem(string Name, int Features, Answer Answer, int Steps, Func<int, Random, Row> Make)
{
    /// <summary>A number that differs by less is right (Hochreiter and Schmidhuber 1997).</summary>
    internal const float Close = 0.04f;

    /// <summary>Symbols to copy: so many of so many.</summary>
    internal const int Copied = 10, Alphabet = 8;

    /// <summary>Rows to train on, passes over them, and units, where the command line says nothing.</summary>
    internal (int Rows, int Epochs, int Hidden) Settings { get; private init; } = (2_000, 30, 64);

    internal static IReadOnlyList<Problem> All { get; } =
    [
        new("adding", 2, Answer.Number, 100, (steps, random) => Marked(steps, random, -1, (a, b) => 0.5f + (a + b) / 4)),
        new("multiplication", 2, Answer.Number, 100, (steps, random) => Marked(steps, random, 0, (a, b) => a * b)),
        new("temporal-order", 8, Answer.Class, 100, TemporalOrder),
        new("copying", Alphabet + 2, Answer.Tags, 50, Copying),
        new("frequency", 1, Answer.Class, 70, Frequency) { Settings = (8_000, 60, 110) },
    ];

    internal bool HasTimes => Name == "frequency";

    internal Row[] Rows(int count, int steps, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Make(steps, random))];
    }

    // Pairs of a value and a mark: one of the first ten and one of the first half are marked 1, the ends -1.
    private static Row Marked(int steps, Random random, float lowest, Func<float, float, float> answer)
    {
        var count = steps + random.Next(steps / 10 + 1);
        var features = new float[2 * count];
        for (var t = 0; t < count; t++)
            features[2 * t] = lowest + (1 - lowest) * random.NextSingle();
        (features[1], features[2 * count - 1]) = (-1, -1);
        int first = random.Next(Math.Min(10, steps / 2)), second;
        do
            second = random.Next(Math.Max(2, steps / 2));
        while (second == first);
        (features[2 * first + 1], features[2 * second + 1]) = (1, 1);
        return new() { Features = features, Number = answer(features[2 * first], features[2 * second]) };
    }

    // E, then a, b, c, d, then B at the end; X or Y after a tenth to a fifth, and again at the middle. Their order is the class.
    private static Row TemporalOrder(int steps, Random random)
    {
        var count = steps + random.Next(steps / 10 + 1);
        int[] symbols = [4, .. Enumerable.Range(0, count - 2).Select(_ => random.Next(4)), 5];
        int[] places = [steps / 10 + random.Next(steps / 10 + 1), steps / 2 + random.Next(steps / 10 + 1)], drawn = [random.Next(2),
            random.Next(2)];
        for (var i = 0; i < 2; i++)
            symbols[places[i]] = 6 + drawn[i];
        return new() { Features = OneHot(symbols, 8), Class = string.Concat(drawn.Select(symbol => "XY"[symbol])) };
    }

    // Ten symbols, blanks, a sign to begin, and as many steps in which they are to be repeated.
    private static Row Copying(int steps, Random random)
    {
        int[] symbols = [.. Enumerable.Range(0, Copied).Select(_ => random.Next(Alphabet))];
        int[] read = [.. symbols, .. Enumerable.Repeat(Alphabet, steps - 1), Alphabet + 1, .. Enumerable.Repeat(Alphabet, Copied)];
        return new()
        {
            Features = OneHot(read, Alphabet + 2),
            Tags = [.. Enumerable.Repeat("blank", steps + Copied), .. symbols.Select(symbol => $"{symbol}")],
        };
    }

    // A sine at irregular times: is its period between 5 and 6?
    private static Row Frequency(int steps, Random random)
    {
        var isInside = random.Next(2) == 0;
        var period = isInside ? 5 + random.NextDouble()
            : random.Next(2) == 0 ? 1 + 4 * random.NextDouble() : Math.Exp(Math.Log(6) + random.NextDouble() * Math.Log(100.0 / 6));
        var count = Math.Max(2, (int)(steps * (0.2 + 1.6 * random.NextDouble())));
        var (start, length, shift) = (random.NextDouble() * 25, steps * (0.2 + 1.6 * random.NextDouble()), random.NextDouble() * period);
        double[] times = [.. Enumerable.Range(0, count).Select(_ => start + length * random.NextDouble()).Order()];
        return new()
        {
            Times = Array.ConvertAll(times, time => (float)time),
            Features = Array.ConvertAll(times, time => (float)Math.Sin(2 * Math.PI * (time - shift) / period)),
            Class = isInside ? "inside" : "outside",
        };
    }

    private static float[] OneHot(int[] symbols, int count)
    {
        var features = new float[symbols.Length * count];
        for (var t = 0; t < symbols.Length; t++)
            features[t * count + symbols[t]] = 1;
        return features;
    }
}
