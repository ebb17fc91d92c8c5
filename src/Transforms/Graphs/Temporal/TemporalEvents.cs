using System.Runtime.InteropServices;

namespace MLSeqGraph.Transforms;

/// <summary>An event: at a time, a source meets a target in a context.</summary>
/// <param name="Time">In units of the column, or seconds.</param>
/// <param name="Source">The node that acts.</param>
/// <param name="Target">The node that it acts on; -1 for none.</param>
/// <param name="Context">Where.</param>
internal readonly record struct TemporalEvent(double Time, int Source, int Target, int Context)
{
    /// <summary>The node on the other side of a node; -1 for none.</summary>
    internal int Beside(int node) => node == Source ? Target : Source;
}

/// <summary>What was known of a node when an event began.</summary>
/// <param name="Count">Its events before.</param>
/// <param name="Last">The time of the last of them.</param>
internal readonly record struct NodeActivity(int Count, double Last);

/// <summary>Events in the order of time, by node and by context.</summary>
/// <param name="onlyTargets">Whether only nodes that were targets are candidates.</param>
/// <param name="featureCount">Features of an event.</param>
internal sealed class TemporalEvents(bool onlyTargets, int featureCount)
{
    private readonly List<TemporalEvent> _events = [];
    private readonly List<NodeActivity> _sources = [], _targets = [];
    private readonly List<float> _features = [];
    private readonly List<List<int>> _ofNode = [], _ofContext = [];
    private readonly List<List<Arrival>> _candidates = [];
    private readonly HashSet<(int Context, int Node)> _arrived = [];

    /// <summary>A node that became a candidate in a context, at an event.</summary>
    internal readonly record struct Arrival(int Node, int Event);

    internal int Count => _events.Count;

    internal TemporalEvent this[int number] => _events[number];

    internal void Add(TemporalEvent added, ReadOnlySpan<float> features)
    {
        var number = _events.Count;
        _sources.Add(ActivityOf(added.Source));
        _targets.Add(added.Target < 0 ? default : ActivityOf(added.Target));
        _events.Add(added);
        _features.AddRange(features);
        List(_ofNode, added.Source).Add(number);
        Arrive(added.Source, !onlyTargets);
        if (added.Target >= 0)
        {
            if (added.Target != added.Source)
                List(_ofNode, added.Target).Add(number);
            Arrive(added.Target, true);
        }
        List(_ofContext, added.Context).Add(number);

        void Arrive(int node, bool counts)
        {
            if (counts && _arrived.Add((added.Context, node)))
                List(_candidates, added.Context).Add(new(node, number));
        }
    }

    /// <summary>The features of an event.</summary>
    internal ReadOnlySpan<float> Features(int number) =>
        CollectionsMarshal.AsSpan(_features).Slice(number * featureCount, featureCount);

    /// <summary>What was known of one of an event's nodes before it.</summary>
    internal NodeActivity Before(int number, int node) => _events[number].Source == node ? _sources[number] : _targets[number];

    /// <summary>The events of a node before a time; none of a node that isn't known.</summary>
    internal ReadOnlySpan<int> OfNode(int node, double time) => Before(_ofNode, node, time);

    /// <summary>The events in a context before a time.</summary>
    internal ReadOnlySpan<int> OfContext(int context, double time) => Before(_ofContext, context, time);

    /// <summary>The nodes that were candidates in a context before a time, in the order in which they arrived.</summary>
    internal ReadOnlySpan<Arrival> Candidates(int context, double time)
    {
        if ((uint)context >= (uint)_candidates.Count)
            return [];
        var all = CollectionsMarshal.AsSpan(_candidates[context]);
        int low = 0, high = all.Length;
        while (low < high)
            (low, high) = (low + high) / 2 is var middle && _events[all[middle].Event].Time < time ? (middle + 1, high) : (low, middle);
        return all[..low];
    }

    private ReadOnlySpan<int> Before(List<List<int>> lists, int at, double time)
    {
        if ((uint)at >= (uint)lists.Count)
            return [];
        var all = CollectionsMarshal.AsSpan(lists[at]);
        int low = 0, high = all.Length;
        while (low < high)
            (low, high) = (low + high) / 2 is var middle && _events[all[middle]].Time < time ? (middle + 1, high) : (low, middle);
        return all[..low];
    }

    private NodeActivity ActivityOf(int node) => node < _ofNode.Count && _ofNode[node] is [.., var last] list
        ? new(list.Count, _events[last].Time) : default;

    private static List<T> List<T>(List<List<T>> lists, int at)
    {
        while (lists.Count <= at)
            lists.Add([]);
        return lists[at];
    }
}
