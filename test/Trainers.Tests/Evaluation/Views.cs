using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Views to evaluate, and what errors say.</summary>
internal static class Views
{
    internal static readonly MLContext Ml = new(seed: 1);

    /// <summary>Sentences of tags, as words: a label and a prediction for each step.</summary>
    internal sealed class Sentence
    {
        public string[] Tags { get; set; } = [];
        public string[] Predicted { get; set; } = [];
        public float[] Score { get; set; } = [];
    }

    internal sealed class One
    {
        public string Tag { get; set; } = "";
        public string Predicted { get; set; } = "";
        public float[] Score { get; set; } = [];

        [KeyType(2)]
        public uint Bare { get; set; } = 1;
    }

    internal sealed class Numbers
    {
        public float[] Label { get; set; } = [];
        public float[] Score { get; set; } = [];
    }

    internal sealed class Pair
    {
        public string Query { get; set; } = "";
        public bool Label { get; set; }
        public float Number { get; set; }
        public float Score { get; set; }
    }

    private sealed class Tag
    {
        public string Value { get; set; } = "";
    }

    /// <summary>A row of tags that blanks part, "?" being a missing one.</summary>
    internal static Sentence Row(string tags, string predicted, params float[] score) =>
        new() { Tags = tags.Split(' '), Predicted = predicted.Split(' '), Score = score };

    /// <summary>The rows, with labels and predictions as keys of their own lists.</summary>
    internal static IDataView Tagged(string labels, string predictions, params IEnumerable<Sentence> rows)
    {
        var data = Ml.Data.LoadFromEnumerable(rows);
        var conversion = Ml.Transforms.Conversion;
        return conversion.MapValueToKey("Label", nameof(Sentence.Tags), keyData: Keys(labels))
            .Append(conversion.MapValueToKey("PredictedLabel", nameof(Sentence.Predicted), keyData: Keys(predictions)))
            .Fit(data).Transform(data);
    }

    /// <summary>Names that blanks part, as what keys stand for.</summary>
    internal static IDataView Keys(string names) => Ml.Data.LoadFromEnumerable(names.Split(' ').Select(name => new Tag { Value = name }));

    internal static void Fails<T>(Action action, params string[] expected) where T : Exception
    {
        var exception = Assert.ThrowsExactly<T>(action);
        foreach (string part in expected)
            StringAssert.Contains(exception.Message, part);
    }
}
