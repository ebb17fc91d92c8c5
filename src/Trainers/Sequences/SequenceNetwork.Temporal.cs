namespace MLSeqGraph.Trainers;

// Networks of the last events of two nodes.
public abstract partial record SequenceNetwork
{
    /// <summary>
    /// A temporal graph network (Rossi et al. 2020) for the questions of a <see cref="Transforms.TemporalGraph"/>: a memory that a GRU
    /// updates by the messages of a node's events, encoded times, and attention of the memory to the node's last events. The memory is
    /// computed anew from the events that a question carries. Summary [batch, hidden].
    /// </summary>
    /// <param name="hidden">Size of memories and vectors.</param>
    /// <param name="heads">Attention heads; the hidden size must be a multiple.</param>
    /// <param name="timeSize">Numbers of an encoded time.</param>
    /// <param name="dropout">Dropout of messages and vectors.</param>
    public static SequenceNetwork Tgn(int hidden = 32, int heads = 2, int timeSize = 8, float dropout = 0.1f) =>
        new TgnNetwork(hidden, heads, timeSize, dropout);

    /// <summary>
    /// JODIE (Kumar et al. 2019) for the questions of a <see cref="Transforms.TemporalGraph"/>: a plain recurrent memory of each node's
    /// events, that drifts with the time since. It has no vector of who a node is, so that it reads new nodes as it does others. Summary
    /// [batch, hidden].
    /// </summary>
    /// <param name="hidden">Size of memories and vectors.</param>
    public static SequenceNetwork Jodie(int hidden = 32) => new JodieNetwork(hidden);
}
