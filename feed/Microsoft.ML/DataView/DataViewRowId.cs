namespace Microsoft.ML.Data;

/// <summary>A 128-bit number that tells one row of a data view from every other, and stays with it under filtering.</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;
    public readonly ulong High;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>A further identity made from this one, for a row that gives rise to several.</summary>
    public DataViewRowId Fork() => Mix(new DataViewRowId(Low ^ 0x9E3779B97F4A7C15, High));

    /// <summary>The identity after this one in a sequence.</summary>
    public DataViewRowId Next() => Mix(new DataViewRowId(Low, High ^ 0xD1B54A32D192ED03));

    /// <summary>An identity made from this one and another.</summary>
    public DataViewRowId Combine(DataViewRowId other)
    {
        DataViewRowId mixed = Mix(this);
        return Mix(new DataViewRowId(mixed.Low ^ other.Low, mixed.High ^ other.High));
    }

    // Two rounds of multiply, rotate and cross-feed; a bijection, so distinct rows stay distinct.
    private static DataViewRowId Mix(DataViewRowId id)
    {
        ulong low = id.Low, high = id.High;
        for (int round = 0; round < 2; round++)
        {
            low = unchecked((low ^ (low >> 32)) * 0xBF58476D1CE4E5B9 + 0x52DCE729);
            high ^= ulong.RotateLeft(low, 29);
            high = unchecked((high ^ (high >> 30)) * 0x94D049BB133111EB + 0x38495AB5);
            low ^= ulong.RotateLeft(high, 37);
        }

        return new DataViewRowId(low, high);
    }

    public int CompareTo(DataViewRowId other)
    {
        int order = High.CompareTo(other.High);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";
}
