using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Checks columns of nodes and graphs before there is data, with the errors that <see cref="NodeTable"/>, <see cref="GraphSchema"/> and the
/// like give for data.
/// </summary>
internal static class GraphShapes
{
    private static readonly Type[] Whole = [typeof(int), typeof(long), typeof(uint)];

    private static readonly Type[] Ids = [.. Whole, typeof(byte), typeof(ushort), typeof(ulong)];

    /// <summary>The columns of graphs.</summary>
    /// <exception cref="ArgumentException">One is missing or of another type.</exception>
    internal static void RequireGraph(this SchemaShape shape, GraphColumns names)
    {
        shape.RequireVector<float>(names.NodeFeaturesColumnName, "a vector of Single");
        shape.RequireVector<int>(names.EdgesColumnName, "a vector of Int32");
        if (names.EdgeFeaturesColumnName is not null)
            shape.RequireVector<float>(names.EdgeFeaturesColumnName, "a vector of Single");
        if (names.EdgeWeightsColumnName is not null)
            shape.RequireVector<float>(names.EdgeWeightsColumnName, "a vector of Single");
        if (names.EdgeRelationsColumnName is not null)
            shape.RequireVector<uint>(names.EdgeRelationsColumnName, "a vector of keys", isKey: true);
    }

    /// <summary>The features of nodes.</summary>
    /// <exception cref="ArgumentException">They are missing or of another type.</exception>
    internal static void RequireNodeFeatures(this SchemaShape shape, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        const string Expected = "the features of a node: a vector of Single of known size";
        shape.RequireVector<float>(name, Expected, asked: asked);
        var column = shape.Require(name, asked);
        if (column.Kind == VectorKind.VariableVector)
            throw Wrong(column, Expected);
    }

    /// <summary>The ids of nodes.</summary>
    /// <exception cref="ArgumentException">They are missing or of another type.</exception>
    internal static void RequireNodeIds(this SchemaShape shape, string name,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = shape.Require(name, asked);
        if (column.Kind != VectorKind.Scalar
            || !(column.IsKey || column.ItemType is TextDataViewType || Ids.Contains(column.ItemType.RawType)))
            throw Wrong(column, "ids of nodes: text, a key, Int32, Int64 or UInt32");
    }

    /// <summary>The columns of rows that hold a node, a feature's number and its value.</summary>
    /// <exception cref="ArgumentException">One is missing or of another type.</exception>
    internal static void RequireTriples(this SchemaShape shape, FeatureVectorGroupingEstimator.Options options)
    {
        SchemaShape.Column node = shape.Require(options.NodeColumnName), feature = shape.Require(options.FeatureColumnName);
        if (!IsWhole(node) && (options.NodeCount is not null || node.Kind != VectorKind.Scalar
            || !(node.IsKey || node.ItemType is TextDataViewType)))
            throw Wrong(node, options.NodeCount is null ? "ids of nodes: text, a key, Int32, Int64 or UInt32"
                : $"row numbers, since {nameof(options.NodeCount)} is given: Int32, Int64 or UInt32");
        if (!IsWhole(feature) && !(feature.IsKey && feature.Kind == VectorKind.Scalar))
            throw Wrong(feature, "numbers of features: Int32, Int64, UInt32 or a key");
        foreach (var carried in options.CarriedColumnNames)
            shape.Require(carried);
        if (options.ValueColumnName is { } name && shape.Require(name) is var value
            && !(value.Kind == VectorKind.Scalar && !value.IsKey && value.ItemType.RawType == typeof(float)))
            throw Wrong(value, "Single");
    }

    private static bool IsWhole(SchemaShape.Column column) =>
        column.Kind == VectorKind.Scalar && !column.IsKey && Whole.Contains(column.ItemType.RawType);

    private static void RequireVector<T>(this SchemaShape shape, string name, string expected, bool isKey = false,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = shape.Require(name, asked);
        if (column.Kind == VectorKind.Scalar || column.IsKey != isKey || column.ItemType.RawType != typeof(T))
            throw Wrong(column, expected);
    }

    private static ArgumentException Wrong(SchemaShape.Column column, string expected) =>
        new($"Column '{column.Name}' is {column.Describe()}; expected {expected}.");
}
