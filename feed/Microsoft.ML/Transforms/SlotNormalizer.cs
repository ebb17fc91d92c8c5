using System.Collections.Immutable;
using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>The offsets and scales of a column's slots, in its own precision.</summary>
internal abstract class SlotNormalizer(DataViewType type)
{
    public DataViewType Type => type;

    public abstract NormalizingTransformer.NormalizerModelParametersBase Parameters { get; }

    public abstract Delegate Getter(DataViewRow row, DataViewSchema.Column column);

    public abstract void Save(BinaryWriter writer);

    public static SlotNormalizer Create(DataViewType type, SlotStatistics[] slots) => type.ItemType() == NumberDataViewType.Single
        ? Create<float>(type, slots)
        : Create<double>(type, slots);

    private static SlotNormalizer<T> Create<T>(DataViewType type, SlotStatistics[] slots) where T : struct, IFloatingPointIeee754<T>
    {
        var parameters = Array.ConvertAll(slots, slot => slot.OffsetAndScale<T>());
        return new SlotNormalizer<T>(type, Array.ConvertAll(parameters, p => p.Offset), Array.ConvertAll(parameters, p => p.Scale));
    }

    public static SlotNormalizer Load(BinaryReader reader)
    {
        var type = reader.ReadType();
        return type.ItemType() == NumberDataViewType.Single ? Load<float>(type, reader) : Load<double>(type, reader);
    }

    private static SlotNormalizer<T> Load<T>(DataViewType type, BinaryReader reader) where T : struct, IFloatingPointIeee754<T>
    {
        var read = ValueCodec.ReaderOf<VBuffer<T>>();
        return new SlotNormalizer<T>(type, read(reader).DenseValues().ToArray(), read(reader).DenseValues().ToArray());
    }
}

/// <inheritdoc/>
internal sealed class SlotNormalizer<T>(DataViewType type, T[] offsets, T[] scales) : SlotNormalizer(type)
    where T : struct, IFloatingPointIeee754<T>
{
    public override NormalizingTransformer.NormalizerModelParametersBase Parameters => Type is VectorDataViewType
        ? new NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<T>>(
            [.. scales], offsets.All(offset => offset == T.Zero) ? [] : [.. offsets])
        : new NormalizingTransformer.AffineNormalizerModelParameters<T>(scales[0], offsets[0]);

    public override Delegate Getter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
            return ItemMapping.Getter<T, T>(row, column, value => (value - offsets[0]) * scales[0]);
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> vector = default;
        var results = new List<T>();
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) =>
        {
            getter(ref vector);
            if (vector.Length != scales.Length)
                throw new InvalidOperationException($"Column '{column.Name}': expected {scales.Length} slots, but got {vector.Length}");
            results.Clear();
            results.AddRange(vector.DenseValues().Select((value, slot) => (value - offsets[slot]) * scales[slot]));
            ItemMapping.Sparsify(results, ref destination);
        });
    }

    public override void Save(BinaryWriter writer)
    {
        writer.WriteType(Type);
        var write = ValueCodec.WriterOf<VBuffer<T>>();
        write(writer, new VBuffer<T>(offsets.Length, offsets));
        write(writer, new VBuffer<T>(scales.Length, scales));
    }
}
