using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A text of letters, each written by three movements of a pen that is lifted behind it.</summary>
internal sealed class Strokes
{
    /// <summary>Kinds of letters.</summary>
    internal const int Letters = 3;

    private static readonly float[][] Shapes = [[2, 0, 0, 2, 0, 0, 1, 1, 1], [0, 3, 0, 1, -3, 0, 1, 0, 1], [1, 2, 0, -2, 1, 0, 3, -3, 1]];

    /// <summary>Movements across and up, and whether the pen is lifted, [steps, 3].</summary>
    [VectorType(0, 3)]
    public float[] Pen { get; set; } = [];

    [KeyType(Letters)]
    public uint[] Text { get; set; } = [];

    /// <summary>The same as letters a, b, c.</summary>
    public string Word { get; set; } = "";

    /// <summary>Movements without lifts, [steps, 2].</summary>
    [VectorType(0, 2)]
    public float[] Moves { get; set; } = [];

    /// <summary>A number of each row.</summary>
    [VectorType(1)]
    public float[] Size { get; set; } = [1];

    internal static Strokes[] Make(int count, int seed = 1, double noise = 0.1, float unit = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            uint[] text = [.. Enumerable.Range(0, 1 + i % 4).Select(_ => (uint)random.Next(Letters) + 1)];
            float[] pen = [.. text.SelectMany(letter => Shapes[letter - 1]
                .Select((number, k) => k % 3 == 2 ? number : unit * (float)(number + noise * (random.NextDouble() - 0.5))))];
            return new Strokes
            {
                Text = text,
                Word = string.Concat(text.Select(letter => (char)('a' + letter - 1))),
                Pen = pen,
                Moves = [.. pen.Where((_, k) => k % 3 != 2)],
                Size = [i % 2],
            };
        })];
    }

    internal static IDataView View(MLContext ml, params IEnumerable<Strokes> rows) => ml.Data.LoadFromEnumerable(rows);

    /// <summary>The letters that movements are closest to; 0 where their number fits none.</summary>
    internal static uint[] Read(float[] pen) => pen.Length % 9 != 0 ? [0] : [.. pen.Chunk(9).Select(part =>
        1 + (uint)Enumerable.Range(0, Letters).MinBy(letter => part.Zip(Shapes[letter], (is_, was) => Math.Pow(is_ - was, 2)).Sum()))];

    /// <summary>Options of a small network.</summary>
    internal static SeriesGenerationTrainer.Options Small(int epochs = 1, bool hasText = true) => new()
    {
        SequenceColumnName = nameof(Pen), TextColumnName = hasText ? nameof(Text) : null, BinaryFeatures = 1, Components = 3,
        WindowComponents = 2, Layers = new() { Hidden = 24, Layers = 2 }, EmbeddingSize = 6, Epochs = epochs, BatchSize = 32,
        LearningRate = 1e-2f, Seed = 1,
    };
}
