using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A member of a user's class and the column it stands for.</summary>
internal sealed class MemberColumn
{
    private readonly MemberInfo _member;

    // Compiled once: each cursor over a view of objects asks for them anew.
    private Delegate _reader, _writer;

    private MemberColumn(SchemaDefinition.Column definition, Type userType)
    {
        Contracts.CheckParam(definition.MemberName != null, "userSchemaDefinition", "A column of the schema definition names no member.");
        _member = (MemberInfo)userType.GetField(definition.MemberName) ?? userType.GetProperty(definition.MemberName)
            ?? throw Contracts.ExceptParam("userSchemaDefinition",
                $"No field or property with name '{definition.MemberName}' found in type '{userType.FullName}'");
        MemberType = _member is FieldInfo field ? field.FieldType : ((PropertyInfo)_member).PropertyType;
        string name = string.IsNullOrEmpty(definition.ColumnName) ? definition.MemberName : definition.ColumnName;
        (Item, IsVector) = SchemaDefinition.ItemOf(MemberType) ?? throw Contracts.ExceptParam("rawType",
            $"Could not determine an IDataView type for member {_member.Name}, a {MemberType}");
        Column = new DataViewSchema.DetachedColumn(name, definition.ColumnType ?? Inferred(), definition.Annotations);
        Contracts.CheckParam(Holds(Column.Type), "userSchemaDefinition",
            $"Column '{name}' is supposed to be a {Column.Type}, but member '{_member.Name}' is a {MemberType}");
    }

    /// <summary>The column the member stands for where it isn't bound to one of another schema.</summary>
    public DataViewSchema.DetachedColumn Column { get; }

    public string Name => Column.Name;

    public string MemberName => _member.Name;

    public Type MemberType { get; }

    private Type Item { get; }

    private bool IsVector { get; }

    /// <summary>The columns of a class, or of the definition given for it.</summary>
    public static MemberColumn[] Of(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction) =>
        (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => new MemberColumn(column, userType)).ToArray();

    public static DataViewSchema SchemaOf(IEnumerable<MemberColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Select(column => column.Column));
        return builder.ToSchema();
    }

    /// <summary>Whether the member can hold the values of a column; sizes, and what a key counts, do not matter.</summary>
    public bool Holds(DataViewType type) => type is VectorDataViewType == IsVector && type.ItemType().RawType == Item;

    /// <summary>Reads the member; null where it can't be read.</summary>
    public Func<TRow, TMember> Reader<TRow, TMember>()
    {
        if (_member is PropertyInfo property && property.GetGetMethod() == null)
            return null;
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        _reader ??= Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, _member), row).Compile();
        return (Func<TRow, TMember>)_reader;
    }

    public Action<TRow, TMember> Writer<TRow, TMember>()
    {
        bool writable = _member is FieldInfo { IsInitOnly: false } || (_member as PropertyInfo)?.GetSetMethod() != null;
        Contracts.Check(writable,
            $"Member '{_member.Name}' of '{_member.DeclaringType}' can't be written, so column '{Name}' can't be bound to it.");
        ParameterExpression row = Expression.Parameter(typeof(TRow)), value = Expression.Parameter(typeof(TMember));
        _writer ??= Expression.Lambda<Action<TRow, TMember>>(
            Expression.Assign(Expression.MakeMemberAccess(row, _member), value), row, value).Compile();
        return (Action<TRow, TMember>)_writer;
    }

    private DataViewType Inferred()
    {
        PrimitiveDataViewType item = DataViewTypes.PrimitiveOf(Item);
        return IsVector ? new VectorDataViewType(item) : item;
    }
}
