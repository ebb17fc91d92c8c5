using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Checks of the columns of triples: two of ids, perhaps one of relations, perhaps one of numbers.</summary>
internal static class TripleColumns
{
    private const string Ids = "ids: text, a key or a whole number", Relations = "a key, as MapValueToKey makes", Numbers = "Single";

    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    internal static void Require(DataViewSchema schema, GraphEdgeColumns columns, bool readsRelation, bool readsValue = false)
    {
        foreach (var (name, expected) in Expected(columns, readsRelation, readsValue))
        {
            var type = schema.Require(name).Type;
            Check(name, expected, type is not VectorDataViewType, type is KeyDataViewType, type, $"{type}");
        }
    }

    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    internal static void Require(SchemaShape shape, GraphEdgeColumns columns, bool readsRelation, bool readsValue = false)
    {
        foreach (var (name, expected) in Expected(columns, readsRelation, readsValue))
        {
            var column = shape.Require(name);
            Check(name, expected, column.Kind == SchemaShape.Column.VectorKind.Scalar, column.IsKey, column.ItemType, column.Describe());
        }
    }

    private static IEnumerable<(string Name, string Expected)> Expected(GraphEdgeColumns columns, bool readsRelation, bool readsValue)
    {
        yield return (columns.SourceColumnName, Ids);
        yield return (columns.TargetColumnName, Ids);
        if (readsRelation && columns.RelationColumnName is { } relation)
            yield return (relation, Relations);
        if (readsValue && columns.WeightColumnName is { } value)
            yield return (value, Numbers);
    }

    private static void Check(string name, string expected, bool isScalar, bool isKey, DataViewType type, string found)
    {
        var isId = isKey || type is TextDataViewType || (type is NumberDataViewType && type.RawType != typeof(float)
            && type.RawType != typeof(double) && type.RawType != typeof(sbyte) && type.RawType != typeof(short));
        if (!isScalar || !(expected == Relations ? isKey : expected == Numbers ? type == NumberDataViewType.Single && !isKey : isId))
            throw new ArgumentException($"Column '{name}' is {found}; expected {expected}.");
    }
}
