using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What another translator needs to start where one ended.</summary>
/// <param name="Weights">The weights by parameter name.</param>
/// <param name="Scaling">Moments of the numbers of a source that has no tokens.</param>
/// <param name="Columns">Of source and target, the number of tokens and their key values, where they are known.</param>
internal sealed record TranslatorStart(IReadOnlyDictionary<string, TensorData> Weights, Moments? Scaling,
    IReadOnlyList<(int Tokens, IReadOnlyList<string>? Values)> Columns)
{
    internal static TranslatorStart Of(ParameterSet parameters, DataViewSchema schema, Moments? scaling, params SequenceColumn[] columns) =>
        new(Needed(parameters).ToDictionary(parameter => parameter.Name, parameter => StartingWeights.Copy(parameter.Value)), scaling,
        [.. columns.Select(column => (column.TokenCount, Values(schema, column)))]);

    /// <summary>The parameters that weights are for: all but those that serve training alone.</summary>
    internal static IEnumerable<Parameter> Needed(ParameterSet parameters) =>
        parameters.All.Where(parameter => !parameter.Name.StartsWith(GenerativeNetwork.Alignment + "/", StringComparison.Ordinal));

    /// <exception cref="ArgumentException">A column has other tokens, or other features.</exception>
    internal void CheckVocabularies(DataViewSchema schema, params SequenceColumn[] columns)
    {
        if (columns[0].FeatureCount != (Scaling?.Count ?? 0))
            throw new ArgumentException($"Column '{columns[0].Name}' has {columns[0].FeatureCount} features per step, but in the training "
                + $"of {nameof(TranslationTrainer.Options.Pretrained)} there were {Scaling?.Count ?? 0}; expected the same.");
        foreach (var (column, before) in columns.Zip(Columns))
            if (column.TokenCount != before.Tokens || (before.Values is { } known && Values(schema, column) is { } found
                && !known.SequenceEqual(found)))
                throw new ArgumentException($"Column '{column.Name}' has other tokens ({column.TokenCount - 1}) than in the training of "
                    + $"{nameof(TranslationTrainer.Options.Pretrained)} ({before.Tokens - 1}): make both with the same fitted "
                    + "TokenizeText or MapValueToKey.");
    }

    private static IReadOnlyList<string>? Values(DataViewSchema schema, SequenceColumn column) =>
        column.Kind == SequenceKind.Tokens ? KeyValueCheck.Values(schema[column.Name]) : null;
}
