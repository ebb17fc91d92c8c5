using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Writes values of columns and annotations to a model file, scalars and vectors, and reads them back.</summary>
internal static class ValueCodec
{
    private static readonly Dictionary<Type, (Delegate Write, Delegate Read)> Scalars = new()
    {
        [typeof(sbyte)] = Pair<sbyte>((w, v) => w.Write(v), r => r.ReadSByte()),
        [typeof(byte)] = Pair<byte>((w, v) => w.Write(v), r => r.ReadByte()),
        [typeof(short)] = Pair<short>((w, v) => w.Write(v), r => r.ReadInt16()),
        [typeof(ushort)] = Pair<ushort>((w, v) => w.Write(v), r => r.ReadUInt16()),
        [typeof(int)] = Pair<int>((w, v) => w.Write(v), r => r.ReadInt32()),
        [typeof(uint)] = Pair<uint>((w, v) => w.Write(v), r => r.ReadUInt32()),
        [typeof(long)] = Pair<long>((w, v) => w.Write(v), r => r.ReadInt64()),
        [typeof(ulong)] = Pair<ulong>((w, v) => w.Write(v), r => r.ReadUInt64()),
        [typeof(float)] = Pair<float>((w, v) => w.Write(v), r => r.ReadSingle()),
        [typeof(double)] = Pair<double>((w, v) => w.Write(v), r => r.ReadDouble()),
        [typeof(bool)] = Pair<bool>((w, v) => w.Write(v), r => r.ReadBoolean()),
        [typeof(ReadOnlyMemory<char>)] = Pair<ReadOnlyMemory<char>>((w, v) => w.Write(v.ToString()), r => r.ReadString().AsMemory()),
        [typeof(TimeSpan)] = Pair<TimeSpan>((w, v) => w.Write(v.Ticks), r => new TimeSpan(r.ReadInt64())),
        [typeof(DateTime)] = Pair<DateTime>((w, v) => w.Write(v.ToBinary()), r => DateTime.FromBinary(r.ReadInt64())),
        [typeof(DateTimeOffset)] = Pair<DateTimeOffset>(
            (w, v) => { w.Write(v.Ticks); w.Write(v.Offset.Ticks); },
            r => new DateTimeOffset(r.ReadInt64(), new TimeSpan(r.ReadInt64()))),
        [typeof(DataViewRowId)] = Pair<DataViewRowId>(
            (w, v) => { w.Write(v.Low); w.Write(v.High); },
            r => new DataViewRowId(r.ReadUInt64(), r.ReadUInt64())),
    };

    public static Action<BinaryWriter, T> WriterOf<T>() => (Action<BinaryWriter, T>)CodecOf(typeof(T)).Write;

    public static Func<BinaryReader, T> ReaderOf<T>() => (Func<BinaryReader, T>)CodecOf(typeof(T)).Read;

    private static (Delegate Write, Delegate Read) CodecOf(Type type)
    {
        if (Scalars.TryGetValue(type, out (Delegate, Delegate) codec))
            return codec;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>))
            return ((Delegate, Delegate))Generic.Call(typeof(ValueCodec), nameof(VectorCodec), type.GetGenericArguments()[0]);
        throw new NotSupportedException($"Values of {type} can't be written to a model file.");
    }

    private static (Delegate, Delegate) VectorCodec<T>()
    {
        Action<BinaryWriter, T> writeItem = WriterOf<T>();
        Func<BinaryReader, T> readItem = ReaderOf<T>();
        return Pair<VBuffer<T>>(
            (writer, vector) =>
            {
                writer.Write(vector.Length);
                writer.Write(vector.GetValues().Length);
                foreach (int index in vector.GetIndices())
                    writer.Write(index);
                foreach (T value in vector.GetValues())
                    writeItem(writer, value);
            },
            reader =>
            {
                int length = reader.ReadInt32(), count = reader.ReadInt32();
                var indices = new int[count < length ? count : 0];
                for (int i = 0; i < indices.Length; i++)
                    indices[i] = reader.ReadInt32();
                var values = new T[count];
                for (int i = 0; i < count; i++)
                    values[i] = readItem(reader);
                return new VBuffer<T>(length, count, values, indices);
            });
    }

    private static (Delegate, Delegate) Pair<T>(Action<BinaryWriter, T> write, Func<BinaryReader, T> read) => (write, read);
}
