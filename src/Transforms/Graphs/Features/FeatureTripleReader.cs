using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads rows of a node, a feature's number and its value.</summary>
internal static class FeatureTripleReader
{
    /// <exception cref="ArgumentException">A column is missing or of another type than expected.</exception>
    internal static void Check(DataViewSchema schema, FeatureVectorGroupingEstimator.Options options)
    {
        DataViewSchema.Column node = schema.Require(options.NodeColumnName), feature = schema.Require(options.FeatureColumnName);
        if (node.Type is not (TextDataViewType or KeyDataViewType) && !IsWhole(node.Type))
            throw new ArgumentException($"Column '{node.Name}' is {node.Type}; expected ids of nodes: text, a key, Int32, Int64 or "
                + "UInt32.");
        if (options.NodeCount is not null && !IsWhole(node.Type))
            throw new ArgumentException($"Column '{node.Name}' is {node.Type}; with {nameof(options.NodeCount)} ids are row numbers: "
                + "Int32, Int64 or UInt32.");
        if (feature.Type is not KeyDataViewType && !IsWhole(feature.Type))
            throw new ArgumentException($"Column '{feature.Name}' is {feature.Type}; expected numbers of features: Int32, Int64, UInt32 "
                + "or a key.");
        foreach (var carried in options.CarriedColumnNames)
            schema.Require(carried);
        if (options.ValueColumnName is { } name && schema.Require(name).Type is var type
            && !(type is NumberDataViewType && type.RawType == typeof(float)))
            throw new ArgumentException($"Column '{name}' is {type}; expected Single.");
    }

    /// <summary>Reads features' numbers, from 0.</summary>
    internal static Func<int> Numbers(DataViewRow row, DataViewSchema.Column column, int most)
    {
        var isKey = column.Type is KeyDataViewType;
        var read = NodeId.KeyReader(row, column);
        return () => read() - (isKey ? 1 : 0) is var number && number >= 0 && number <= most ? (int)number
            : throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: the feature is "
                + $"{(isKey && number < 0 ? "missing" : number)}; expected 0 to {most}.");
    }

    private static bool IsWhole(DataViewType type) =>
        type is NumberDataViewType && (type.RawType == typeof(int) || type.RawType == typeof(long) || type.RawType == typeof(uint));
}
