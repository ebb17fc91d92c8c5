using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Resolves the columns of the options to the fields they are made of.</summary>
internal static class TextColumnBinding
{
    public static TextColumn[] Bind(TextLoader.Column[] columns, TextSample sample)
    {
        foreach (var column in columns)
            Contracts.CheckParam(column.Source is { Length: > 0 }, "Source", "Must specify some source column indices");
        bool needsFieldCount = columns.SelectMany(column => column.Source).Any(range => range.AutoEnd && range.Max is null);
        int fieldCount = needsFieldCount ? sample.FieldCount() : 0;
        Contracts.CheckParam(columns.SelectMany(column => column.Source).Count(range => range.AllOther) <= 1, "AllOther",
            "At most one all other range can be specified");

        var used = columns.SelectMany(column => column.Source).Where(range => !range.AllOther)
            .Select(range => Segment(range, fieldCount)).OrderBy(segment => segment.Min).ToList();
        return columns.Select(column =>
        {
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(column.Name), "Name", "Name cannot be null or white space");
            var segments = column.Source.SelectMany(range => range.AllOther
                ? Others(Segment(range, fieldCount), used)
                : [Segment(range, fieldCount)]).ToArray();
            return new TextColumn(column.Name.Trim(), ItemType(column), segments);
        }).ToArray();
    }

    private static TextSegment Segment(TextLoader.Range range, int fieldCount)
    {
        Contracts.CheckParam(range.Min is >= 0 and < TextSegment.ToEnd - 1, "Min");
        if (range.Max is { } max)
        {
            Contracts.CheckParam(range.Min <= max && max < TextSegment.ToEnd - 1, "Max");
            return new TextSegment(range.Min, max + 1, range.ForceVector);
        }
        if (range.AutoEnd)
        {
            Contracts.CheckParam(range.Min < fieldCount, "Min",
                $"Column #{range.Min} not found in the dataset (it only has {fieldCount} columns)");
            return new TextSegment(range.Min, fieldCount, true);
        }
        return range.VariableEnd
            ? new TextSegment(range.Min, TextSegment.ToEnd, true)
            : new TextSegment(range.Min, range.Min + 1, range.ForceVector);
    }

    // The gaps that the used segments leave in a segment.
    private static List<TextSegment> Others(TextSegment whole, List<TextSegment> used)
    {
        var gaps = new List<TextSegment>();
        int min = whole.Min;
        foreach (var segment in used)
        {
            if (min < Math.Min(segment.Min, whole.End))
                gaps.Add(new TextSegment(min, Math.Min(segment.Min, whole.End), true));
            min = Math.Max(min, segment.End);
        }
        if (min < whole.End)
            gaps.Add(new TextSegment(min, whole.End, true));
        Contracts.CheckParam(gaps.Count > 0, "AllOther", "No index is selected as all other indexes.");
        return gaps;
    }

    private static PrimitiveDataViewType ItemType(TextLoader.Column column)
    {
        Contracts.CheckParam(Enum.IsDefined(column.DataKind), "Type", "Bad item type");
        var type = DataViewTypes.PrimitiveOf(column.DataKind);
        if (column.KeyCount is null)
            return type;
        Contracts.CheckParam(KeyDataViewType.IsValidDataType(type.RawType), "KeyCount",
            $"Column '{column.Name}' is a key of {column.DataKind}; a key is a Byte, UInt16, UInt32 or UInt64");
        return column.KeyCount.TypeOf(type.RawType);
    }

    /// <summary>The schema, with the names of a header as slot names of the vectors of a known size.</summary>
    public static DataViewSchema MakeSchema(TextColumn[] columns, string header, TextFormat format)
    {
        var names = new TextFields(format);
        if (header is not null)
            names.Split(header, int.MaxValue - 1);
        var schema = new DataViewSchema.Builder();
        foreach (var column in columns)
        {
            var slots = column.Type is VectorDataViewType { IsKnownSize: true } ? SlotNames(column, names) : [];
            var annotations = new DataViewSchema.Annotations.Builder();
            if (slots.Any(slot => !slot.IsEmpty))
                annotations.AddSlotNames(new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots));
            schema.AddColumn(column.Name, column.Type, annotations.ToAnnotations());
        }
        return schema.ToSchema();
    }

    private static ReadOnlyMemory<char>[] SlotNames(TextColumn column, TextFields names)
    {
        var slots = new ReadOnlyMemory<char>[column.FixedSize];
        int offset = 0;
        foreach (var segment in column.Segments)
        {
            for (int position = names.PositionOf(segment.Min); position < names.Count && names.Index(position) < segment.End; position++)
                slots[offset + names.Index(position) - segment.Min] = names.Text(position).Trim();
            offset += segment.Size;
        }
        return slots;
    }

    /// <summary>The columns that the attributes of a class describe: those of its fields, then those of its properties.</summary>
    public static TextLoader.Column[] ColumnsOf(Type type)
    {
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;
        var members = type.GetFields(Instance).Select(field => (Member: (MemberInfo)field, Type: field.FieldType))
            .Concat(type.GetProperties(Instance)
                .Where(property => property.GetGetMethod() is not null && property.GetIndexParameters().Length == 0)
                .Select(property => (Member: (MemberInfo)property, Type: property.PropertyType)))
            .ToArray();
        Contracts.CheckParam(members.Length > 0, "TInput", "Should define at least one public, readable field or property in TInput.");
        return members.Select(member => ColumnOf(member.Member, member.Type)).ToArray();
    }

    private static TextLoader.Column ColumnOf(MemberInfo member, Type type)
    {
        string kind = member is FieldInfo ? "Field" : "Property";
        var source = member.GetCustomAttribute<LoadColumnAttribute>()
            ?? throw new InvalidOperationException($"{kind} '{member.Name}' is missing the LoadColumnAttribute attribute");
        var itemType = type.IsArray ? type.GetElementType() : type;
        var dataKind = Enum.GetValues<DataKind>()
            .Where(candidate => DataViewTypes.PrimitiveOf(candidate).Equals(DataViewTypes.PrimitiveOf(itemType)))
            .Cast<DataKind?>().FirstOrDefault()
            ?? throw new InvalidOperationException($"{kind} {member.Name} is of unsupported type.");
        return new TextLoader.Column(member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name, dataKind,
            source.Sources, member.GetCustomAttribute<KeyTypeAttribute>()?.KeyCount);
    }
}
