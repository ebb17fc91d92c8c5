using Microsoft.ML;
using Microsoft.ML.Data;

namespace Quickstart;

/// <summary>Tagged sentences as rows of one word each, for ML.NET's evaluator of classes.</summary>
internal static class TaggedSteps
{
    private sealed class Sentence
    {
        public uint[] Label { get; set; } = [];

        public uint[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];
    }

    private sealed class Step
    {
        public float Label { get; set; }

        public float PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }

    /// <summary>A row for each step: its label and predicted label counted from 0, and its scores.</summary>
    internal static IDataView Of(MLContext ml, IDataView scored)
    {
        var classes = (int)((KeyDataViewType)((VectorDataViewType)scored.Schema["PredictedLabel"].Type).ItemType).Count;
        var definition = SchemaDefinition.Create(typeof(Step));
        definition[nameof(Step.Score)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, classes);
        var sentences = ml.Data.CreateEnumerable<Sentence>(scored, reuseRowObject: true);
        return ml.Data.LoadFromEnumerable(sentences.SelectMany(sentence => Steps(sentence, classes)), definition);
    }

    private static IEnumerable<Step> Steps(Sentence sentence, int classes)
    {
        for (var i = 0; i < sentence.Label.Length; i++)
            yield return new()
            {
                Label = Class(sentence.Label[i]),
                PredictedLabel = Class(sentence.PredictedLabel[i]),
                Score = sentence.Score[(i * classes)..((i + 1) * classes)],
            };
    }

    // Keys count from 1; 0 is a tag that training rows lack.
    private static float Class(uint key) =>
        key > 0 ? key - 1 : throw new InvalidDataException("The test rows have a tag that the training rows lack.");
}
