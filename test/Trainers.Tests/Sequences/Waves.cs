namespace MLSeqGraph.Trainers.Tests;

/// <summary>Small generated data: easy to learn, impossible to guess.</summary>
internal static class Waves
{
    internal sealed class Row
    {
        public string Label { get; set; } = "";
        public float[] Features { get; set; } = [];
    }

    internal sealed class TextRow
    {
        public string Label { get; set; } = "";
        public string Text { get; set; } = "";
    }

    /// <summary>Two features per step, 5 to 20 steps: whether the first rises or falls on average is the label.</summary>
    internal static IEnumerable<Row> Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var steps = random.Next(5, 21);
            var slope = i % 2 == 0 ? 1 : -1;
            var features = new float[2 * steps];
            for (var t = 0; t < steps; t++)
            {
                features[2 * t] = 50 + 10 * (slope * (t / (float)steps - 0.5f) + 0.4f * (random.NextSingle() - 0.5f));
                features[2 * t + 1] = random.NextSingle();
            }
            return new Row { Label = slope > 0 ? "rises" : "falls", Features = features };
        })];
    }

    /// <summary>Words of which the order of "a" and "b" is the label.</summary>
    internal static IEnumerable<TextRow> Words(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var words = Enumerable.Range(0, random.Next(2, 12)).Select(_ => "xyzuvw"[random.Next(6)].ToString()).ToList();
            var first = random.Next(words.Count);
            words.Insert(first, i % 2 == 0 ? "a" : "b");
            words.Insert(random.Next(first + 1, words.Count + 1), i % 2 == 0 ? "b" : "a");
            return new TextRow { Label = i % 2 == 0 ? "ab" : "ba", Text = string.Join(' ', words) };
        })];
    }
}
