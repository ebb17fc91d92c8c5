using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>The rows of an experiment.</summary>
/// <param name="All">All of them, for the model at the end.</param>
/// <param name="Folds">What is trained and validated on; several for cross-validation.</param>
internal sealed record TrialData(IDataView All, IReadOnlyList<(IDataView Train, IDataView Validation)> Folds)
{
    internal static TrialData Split(MLContext ml, IDataView data, double fraction, string? samplingKey, int seed)
    {
        if (fraction is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The fraction of rows to validate on; expected above 0 and "
                + "below 1.");
        var split = ml.Data.TrainTestSplit(data, fraction, samplingKey, seed);
        return new(data, [(split.TrainSet, split.TestSet)]);
    }

    internal static TrialData Cross(MLContext ml, IDataView data, int folds, string? samplingKey, int seed)
    {
        if (folds < 2)
            throw new ArgumentOutOfRangeException(nameof(folds), folds, "The number of folds; expected at least 2.");
        return new(data, [.. ml.Data.CrossValidationSplit(data, folds, samplingKey, seed).Select(fold => (fold.TrainSet, fold.TestSet))]);
    }

    internal static TrialData Given(IDataView train, IDataView validation)
    {
        string[] missing = [.. train.Schema.Where(column => !column.IsHidden
            && validation.Schema.GetColumnOrNull(column.Name)?.Type.RawType != column.Type.RawType).Select(column => column.Name)];
        if (missing.Length > 0)
            throw new ArgumentException($"The validation rows lack the column '{missing[0]}' of the training rows, or have it with "
                + "another type.", nameof(validation));
        foreach (var column in train.Schema.Where(column => !column.IsHidden))
            if (Keys(column) is { } keys && Keys(validation.Schema[column.Name]) is var others && (keys.Count != others?.Count
                || (keys.Values is { } names && others.Values is { } other && !names.SequenceEqual(other))))
                throw new ArgumentException($"Column '{column.Name}' has other keys in the validation rows than in the training rows; "
                    + "expected a MapValueToKey that is fitted once and transforms both.", nameof(validation));
        return new(new AppendedRows(train, validation), [(train, validation)]);
    }

    private static ModelLabels? Keys(DataViewSchema.Column column)
    {
        if (((column.Type as VectorDataViewType)?.ItemType ?? column.Type) is not KeyDataViewType)
            return null;
        try
        {
            return ModelLabels.Of(column);
        }
        catch (ArgumentException)
        {
            return null; // names that can't be compared
        }
    }
}
