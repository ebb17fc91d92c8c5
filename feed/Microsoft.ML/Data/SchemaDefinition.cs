using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The columns that a class stands for: what its attributes say, open to change.</summary>
public sealed partial class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition() { }

    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName);
        set
        {
            Contracts.CheckValue(value, nameof(value));
            Contracts.CheckParam(value.ColumnName == columnName, nameof(columnName),
                $"The column is named '{value.ColumnName}', not '{columnName}'.");
            int index = FindIndex(column => column.ColumnName == columnName);
            if (index >= 0)
                this[index] = value;
            else
                Add(value);
        }
    }

    /// <summary>The definition that a class's attributes give.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A member's type has no column type, or two members have one column name.</exception>
    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        Contracts.CheckValue(userType, nameof(userType));
        var definition = new SchemaDefinition();
        foreach (MemberInfo member in MembersOf(userType, direction))
        {
            string name = member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name;
            // The order of members isn't defined, so which of two would hide the other isn't either.
            Contracts.CheckParam(definition[name] == null, nameof(userType), $"Two members of {userType} are columns named '{name}'.");
            definition.Add(new Column(member.Name, TypeOf(member), name));
        }

        return definition;
    }

    /// <summary>The type of the values or items that a column stores for a CLR type, and whether it is a vector; null for none.</summary>
    internal static (Type Item, bool IsVector)? ItemOf(Type type)
    {
        bool isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        Type item = type.IsArray ? type.GetElementType() : isBuffer ? type.GetGenericArguments()[0] : type;
        PrimitiveDataViewType standard = DataViewTypes.PrimitiveOf(item);
        return standard == null ? null : (standard.RawType, type.IsArray || isBuffer);
    }

    private static IEnumerable<MemberInfo> MembersOf(Type userType, Direction direction)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        IEnumerable<MemberInfo> fields = userType.GetFields(Public);
        IEnumerable<MemberInfo> properties = userType.GetProperties(Public).Where(property =>
            property.GetIndexParameters().Length == 0
            && ((direction.HasFlag(Direction.Read) && property.GetGetMethod() != null)
                || (direction.HasFlag(Direction.Write) && property.GetSetMethod() != null)));
        return fields.Concat(properties).Where(member => member.GetCustomAttribute<NoColumnAttribute>() == null);
    }

    private static DataViewType TypeOf(MemberInfo member)
    {
        Type type = member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;
        (Type item, bool isVector) = ItemOf(type) ?? throw Contracts.ExceptParam("rawType",
            $"Could not determine an IDataView type for member {member.Name} of {member.DeclaringType}, a {type}");
        PrimitiveDataViewType itemType = DataViewTypes.PrimitiveOf(item);
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            Contracts.CheckParam(KeyDataViewType.IsValidDataType(item), "userType",
                $"Member {member.Name} is a {item}, which can't be a key.");
            itemType = key.KeyCount.TypeOf(item);
        }

        VectorTypeAttribute vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Contracts.CheckParam(vector == null || isVector, "userType", $"Member {member.Name} has a VectorType but is no vector.");
        if (!isVector)
            return itemType;
        return vector?.Dimensions is { Length: > 0 } dimensions
            ? new VectorDataViewType(itemType, dimensions)
            : new VectorDataViewType(itemType);
    }

    /// <summary>Which members count: those that can be read, or written.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }
}
