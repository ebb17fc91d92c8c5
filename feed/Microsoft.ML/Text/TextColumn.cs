using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The fields from <c>Min</c> up to but not including <c>End</c>; <see cref="ToEnd"/> stands for the end of the line.</summary>
internal readonly record struct TextSegment(int Min, int End, bool ForceVector)
{
    public const int ToEnd = int.MaxValue;

    public bool IsVariable => End == ToEnd;

    public int Size => End - Min;
}

/// <summary>A column to load, with the fields it is made of resolved.</summary>
internal sealed class TextColumn
{
    public string Name { get; }
    public DataViewType Type { get; }
    public PrimitiveDataViewType ItemType { get; }
    public TextSegment[] Segments { get; }

    public TextColumn(string name, PrimitiveDataViewType itemType, TextSegment[] segments)
    {
        var sorted = segments.OrderBy(segment => segment.Min).ToArray();
        for (int i = 1; i < sorted.Length; i++)
        {
            Contracts.CheckParam(sorted[i - 1].End <= sorted[i].Min, "Source",
                $"Intervals specified for column '{name}' overlap");
        }
        Name = name;
        ItemType = itemType;
        Segments = segments;
        if (segments.Any(segment => segment.IsVariable))
            Type = new VectorDataViewType(itemType);
        else if (FixedSize > 1 || segments[0].ForceVector)
            Type = new VectorDataViewType(itemType, FixedSize);
        else
            Type = itemType;
    }

    /// <summary>The number of fields outside the variable segment.</summary>
    public int FixedSize => Segments.Where(segment => !segment.IsVariable).Sum(segment => segment.Size);

    /// <summary>The number of values in a line of so many fields.</summary>
    public int SizeIn(int fieldCount) =>
        checked(FixedSize + Segments.Where(segment => segment.IsVariable).Sum(segment => Math.Max(0, fieldCount - segment.Min)));

    public void Save(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.WriteType(ItemType);
        writer.Write(Segments.Length);
        foreach (var segment in Segments)
        {
            writer.Write(segment.Min);
            writer.Write(segment.End);
            writer.Write(segment.ForceVector);
        }
    }

    public static TextColumn Load(BinaryReader reader)
    {
        string name = reader.ReadString();
        var itemType = (PrimitiveDataViewType)reader.ReadType();
        var segments = new TextSegment[reader.ReadInt32()];
        for (int i = 0; i < segments.Length; i++)
            segments[i] = new TextSegment(reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        return new TextColumn(name, itemType, segments);
    }
}
