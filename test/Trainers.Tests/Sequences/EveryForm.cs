using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Small rows that hold a sequence in every form that a trainer reads, and a label of every kind.</summary>
internal static class EveryForm
{
    internal const int Features = 2, FixedSteps = 4;

    internal sealed class Row
    {
        /// <summary>2 to 6 steps of two features.</summary>
        public float[] Ragged { get; set; } = [];

        [VectorType(FixedSteps * Features)]
        public float[] Fixed { get; set; } = [];

        [VectorType(FixedSteps, Features)]
        public float[] Grid { get; set; } = [];

        public string[] Words { get; set; } = [];

        public int[] Ints { get; set; } = [];

        public long[] Longs { get; set; } = [];

        /// <summary>As many as <see cref="Ragged"/> has steps.</summary>
        public string[] Tags { get; set; } = [];

        [VectorType(FixedSteps)]
        public string[] FixedTags { get; set; } = [];

        /// <summary>Two for each of the steps of <see cref="Ragged"/>.</summary>
        public float[] Levels { get; set; } = [];

        [VectorType(FixedSteps * 2)]
        public float[] FixedLevels { get; set; } = [];

        /// <summary>Labels of the whole sequence, half as many as <see cref="Ragged"/> has steps, none twice in a row.</summary>
        public string[] Spelled { get; set; } = [];

        public string Class { get; set; } = "";

        public bool Yes { get; set; }

        public float Number { get; set; }

        [VectorType(2)]
        public float[] Numbers { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    /// <summary>The columns of mapped rows that hold sequences.</summary>
    internal static IReadOnlyList<string> Sequences { get; } = ["Ragged", "Fixed", "Grid", "Keys", "Ints", "Longs"];

    /// <summary>The kinds of trainers.</summary>
    internal static IReadOnlyList<string> Tasks { get; } = ["Classification", "Binary", "Tagging", "Alignment", "Number", "Numbers",
        "Steps", "Imputation"];

    internal static Row[] Rows(int count, int seed = 1)
    {
        Random random = new(seed), ofLevels = new(seed + 1);
        return [.. Enumerable.Range(0, count).Select(row =>
        {
            var steps = row % 5 + 2;
            var level = row % 3; // 0, 1 or 2, seen in every form
            float[] Values(int length) => [.. Enumerable.Range(0, length * Features).Select(_ => level + random.NextSingle() - 0.5f)];
            float[] Levels(int length) => [.. Enumerable.Range(0, length * 2).Select(_ => level + ofLevels.NextSingle() - 0.5f)];
            int[] tokens = [.. Enumerable.Range(0, steps).Select(_ => level + random.Next(2))];
            string[] Tags(int length) => [.. Enumerable.Range(0, length).Select(step => step == 0 ? "first" : level == 0 ? "low" : "high")];
            return new Row
            {
                Ragged = Values(steps), Fixed = Values(FixedSteps), Grid = Values(FixedSteps),
                Words = Array.ConvertAll(tokens, token => "abcd"[token].ToString()), Ints = tokens,
                    Longs = Array.ConvertAll(tokens, token => (long)token),
                Tags = Tags(steps), FixedTags = Tags(FixedSteps), Levels = Levels(steps),
                FixedLevels = Levels(FixedSteps),
                Spelled = [.. Enumerable.Range(0, steps / 2).Select(i => i % 2 == 1 ? "end" : level == 0 ? "low" : "high")],
                Class = ((string[])["low", "middle", "high"])[level], Yes = level > 0,
                Number = 10 * level + random.NextSingle(), Numbers = [level, -100 * level + random.NextSingle()], Weight = 1 + row % 2,
            };
        })];
    }

    /// <summary>Words, classes and tags as keys.</summary>
    internal static IEstimator<ITransformer> Keys(MLContext ml) => ml.Transforms.Conversion.MapValueToKey(
        [new("Keys", "Words"), new("ClassKey", "Class"), new("TagKeys", "Tags"), new("FixedTagKeys", "FixedTags"),
            new("SpelledKeys", "Spelled")]);

    /// <summary>Rows with words, classes and tags as keys, the same keys whichever rows.</summary>
    internal static IDataView Mapped(MLContext ml, int count, int seed = 1) => Mapped(ml, Rows(count, seed));

    /// <summary>Given rows with words, classes and tags as keys, the same keys whichever rows.</summary>
    internal static IDataView Mapped(MLContext ml, Row[] rows) =>
        Keys(ml).Fit(ml.Data.LoadFromEnumerable(Rows(12))).Transform(ml.Data.LoadFromEnumerable(rows));

    /// <summary>A small trainer.</summary>
    /// <param name="ml">Makes it.</param>
    /// <param name="task">One of <see cref="Tasks"/>.</param>
    /// <param name="sequence">One of <see cref="Sequences"/>.</param>
    /// <param name="change">Changes its options.</param>
    internal static SequenceTrainer Trainer(MLContext ml, string task, string sequence, Action<SequenceTrainerOptions>? change = null)
    {
        T Options<T>(T options, string label) where T : SequenceTrainerOptions
        {
            options.LabelColumnName = label;
            options.SequenceColumnName = sequence;
            options.FeatureCount = sequence is "Ragged" or "Fixed" ? Features : null;
            options.Network = SequenceNetwork.Gru(4);
            options.EmbeddingSize = 3;
            options.Epochs = 2;
            options.BatchSize = 8;
            options.LearningRate = 0.02f;
            change?.Invoke(options);
            return options;
        }
        var trainers = ml.Sequences();
        return task switch
        {
            "Classification" => trainers.Classification(Options(new SequenceClassificationTrainer.Options(), "ClassKey")),
            "Binary" => trainers.BinaryClassification(Options(new SequenceBinaryClassificationTrainer.Options(), "Yes")),
            "Tagging" => trainers.Tagging(Options(new SequenceTaggingTrainer.Options(),
                sequence is "Fixed" or "Grid" ? "FixedTagKeys" : "TagKeys")),
            "Alignment" => trainers.Alignment(Options(new SequenceAlignmentTrainer.Options(), "SpelledKeys")),
            "Number" => trainers.Regression(Options(new SequenceRegressionTrainer.Options(), "Number")),
            "Steps" => trainers.StepRegression(Options(new SequenceStepRegressionTrainer.Options { TargetsPerStep = 2 },
                sequence is "Fixed" or "Grid" ? "FixedLevels" : "Levels")),
            "Imputation" => trainers.Imputation(Options(new SequenceImputationTrainer.Options(), "Label")),
            _ => trainers.Regression(Options(new SequenceRegressionTrainer.Options(), "Numbers")),
        };
    }
}
