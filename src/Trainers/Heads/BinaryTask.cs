using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>True or false for each row: the label is a Boolean, or a key of two values of which the second is positive.</summary>
internal sealed class BinaryTask(string labelColumnName, float positiveWeight) : LabelTask
{
    internal override ModelTask Task => ModelTask.Binary;

    internal override SequenceLabel Find(DataViewSchema schema)
    {
        var label = SequenceLabel.Class(schema, labelColumnName);
        return label.Count == 2 ? label : throw new ArgumentException(
            $"Column '{label.Name}' is {label.Type}, {label.Count} classes: expected a Boolean or a key of 2 values; train more classes "
                + $"with Classification.");
    }

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireClasses([1, positiveWeight]);
        return new BinaryHead(positiveWeight) { ConstantLoss = BinaryHead.BestConstantLoss(statistics.ClassShares(null), positiveWeight) };
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Class);
        return PredictionColumns.Binary();
    }
}
