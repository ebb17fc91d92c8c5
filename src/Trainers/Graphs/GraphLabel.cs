using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Checks of label columns that trainers of nodes and of graphs share.</summary>
internal static class GraphLabel
{
    /// <exception cref="ArgumentException">The column is missing or no key.</exception>
    internal static DataViewSchema.Column Key(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return column.Type is KeyDataViewType ? column : throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected a key: map it with MapValueToKey.");
    }

    /// <exception cref="ArgumentException">The column is missing or holds no numbers.</exception>
    internal static DataViewSchema.Column Numbers(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        var item = column.Type is VectorDataViewType { Size: > 0 } vector ? vector.ItemType : column.Type;
        return item is NumberDataViewType && item.RawType == typeof(float) ? column
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected Single, or a vector of Single of known size.");
    }

    /// <summary>The columns of a classifier.</summary>
    /// <exception cref="ArgumentException">The label is no key.</exception>
    internal static DataViewSchema ClassColumns(SchemaShape.Column label) =>
        label.IsKey ? PredictionColumns.Classes(label) : throw new ArgumentException($"Column '{label.Name}' is {label.Describe()}; expected a key: map it with MapValueToKey.");

    /// <summary>The number of classes of a label that has at least two of them.</summary>
    /// <exception cref="InvalidOperationException">All labels are of one class.</exception>
    internal static int Classes(DataViewSchema.Column label, IReadOnlyCollection<int> found) => found.Distinct().Count() < 2
        ? throw new InvalidOperationException($"Column '{label.Name}': all {found.Count} labels of the training data are of one class; a classifier needs at least two.")
        : KeyCounts.Of(label.Name, label.Type, (KeyDataViewType)label.Type);
}
