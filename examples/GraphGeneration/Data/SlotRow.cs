namespace GraphGeneration.Data;

/// <summary>A graph of <see cref="Slots"/> as a row of the data view.</summary>
internal sealed class SlotRow
{
    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    /// <summary>The class of each place, from 1; 0 where it isn't known.</summary>
    public uint[] Label { get; set; } = [];
}
