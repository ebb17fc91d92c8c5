using System.Collections;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>What is known of a schema before anything is fitted: sizes and counts are left open.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape Empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        Contracts.CheckValue(columns, nameof(columns));
        _columns = columns.ToArray();
        Contracts.CheckParam(_columns.All(column => column.IsValid), nameof(columns), "Some items are not initialized properly.");
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool TryFindColumn(string name, out Column column)
    {
        column = _columns.FirstOrDefault(candidate => candidate.Name == name);
        return column.IsValid;
    }

    /// <summary>This shape with columns added, each taking the place of an earlier one of its name.</summary>
    internal SchemaShape With(params IEnumerable<Column> added)
    {
        var columns = _columns.ToList();
        foreach (Column column in added)
        {
            int at = columns.FindIndex(earlier => earlier.Name == column.Name);
            if (at >= 0)
                columns[at] = column;
            else
                columns.Add(column);
        }

        return new SchemaShape(columns);
    }

    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(column => !column.IsHidden)
            .Select(column => Column.Of(column.Name, column.Type, Create(column.Annotations.Schema))));

    /// <summary>A column of a shape.</summary>
    public struct Column
    {
        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }

        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Contracts.CheckNonEmpty(name, nameof(name));
            Contracts.CheckParam(itemType is not KeyDataViewType, nameof(itemType), "Item type cannot be a key");
            Contracts.CheckParam(itemType is not VectorDataViewType, nameof(itemType), "Item type cannot be a vector");
            Contracts.CheckParam(!isKey || KeyDataViewType.IsValidDataType(itemType.RawType), nameof(itemType),
                "The item type must be valid for a key");
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        internal readonly bool IsValid => Name != null;

        /// <summary>The shape of a column of this type.</summary>
        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            VectorKind kind = type is not VectorDataViewType vector ? VectorKind.Scalar
                : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            DataViewType item = type.ItemType();
            bool isKey = item is KeyDataViewType;
            return new Column(name, kind, isKey ? DataViewTypes.PrimitiveOf(item.RawType) : item, isKey, annotations);
        }

        /// <summary>This column under another name.</summary>
        internal readonly Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal readonly string TypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }
    }
}
