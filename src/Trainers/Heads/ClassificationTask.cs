using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several classes for each row: the label is a key.</summary>
internal sealed class ClassificationTask(string labelColumnName, IClassificationOptions options) : LabelTask
{
    internal override ModelTask Task => ModelTask.Classification;

    internal override SequenceLabel Find(DataViewSchema schema)
    {
        var label = SequenceLabel.Class(schema, labelColumnName);
        return label.Type is KeyDataViewType ? options.Fitting(label) : throw NotKey(label.Name, $"{label.Type}");
    }

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTwoClasses();
        return new ClassificationHead(label.Count, options.Weights(statistics), options.LabelSmoothing);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        var label = inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Class);
        return label.IsKey ? PredictionColumns.Classes(label) : throw NotKey(label.Name, label.Describe());
    }

    private static ArgumentException NotKey(string column, string type) =>
        new($"Column '{column}' is {type}: expected a key; map it with MapValueToKey, or train with BinaryClassification.");
}
