using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A part of each sequence: the label is its first and its last step.</summary>
internal sealed class SpanTask(string labelColumnName, int longest) : LabelTask
{
    internal override ModelTask Task => ModelTask.Span;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.Span(schema, labelColumnName, longest);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireWeight();
        return new SpanHead(longest);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Span);
        return new ScoreColumns(ModelTask.Span, null, ModelTask.Span.LabelWidth()).Added;
    }
}
