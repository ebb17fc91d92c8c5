using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Rearranges columns.</summary>
public static class TransformExtensionsCatalog
{
    /// <summary>One vector of several columns of the same item type.</summary>
    public static ColumnConcatenatingEstimator Concatenate(this TransformsCatalog catalog, string outputColumnName,
        params string[] inputColumnNames) => new(catalog.Environment, outputColumnName, inputColumnNames);

    /// <summary>A column under a second name.</summary>
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
    {
        Contracts.CheckNonEmpty(inputColumnName, nameof(inputColumnName));
        return new ColumnCopyingEstimator(new ColumnCopyingTransformer(catalog.Environment, ColumnPair.Of(outputColumnName, inputColumnName)));
    }

    /// <summary>All columns but these.</summary>
    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        new(new ColumnSelectingTransformer(columnNames, keep: false, keepHidden: false));

    /// <summary>These columns only, in this order.</summary>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        catalog.SelectColumns(columnNames, keepHidden: false);

    /// <summary>These columns only, in this order, with those they hide if asked for.</summary>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden) =>
        new(new ColumnSelectingTransformer(columnNames, keep: true, keepHidden));
}
