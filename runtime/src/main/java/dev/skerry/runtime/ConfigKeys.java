package dev.skerry.runtime;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * The settings that ONNX Runtime 1.29 reads from a session's entries.
 *
 * <p>The engine takes any key and ignores those it does not know, so a typing error would go
 * unnoticed. The table holds what {@code onnxruntime_session_options_config_keys.h} declares for
 * users and the 1.29.0 libraries contain; keys that Skerry sets from {@link SessionConfig}'s own
 * fields are not in it.
 */
final class ConfigKeys {
  // spotless:off
  static final List<String> SESSION = List.of(
      "ep.context_embed_mode", "ep.context_enable", "ep.context_file_path",
      "ep.context_model_external_initializers_file_name", "ep.context_node_name_prefix",
      "ep.dynamic.workload_type", "ep.enable_weightless", "ep.share_ep_contexts",
      "ep.stop_share_ep_contexts",
      "mlas.disable_kleidiai", "mlas.enable_gemm_fastmath_arm64_bfloat16",
      "mlas.kleidiai.conv_igemm_max_work", "mlas.use_lut_gemm",
      "optimization.constant_folding_max_output_size_in_bytes",
      "optimization.disable_specified_optimizers", "optimization.enable_cast_chain_elimination",
      "optimization.enable_gelu_approximation", "optimization.minimal_build_optimizations",
      "session.allow_released_opsets_only", "session.collect_node_memory_stats_to_file",
      "session.debug_layout_transformation", "session.disable_aot_function_inlining",
      "session.disable_double_qdq_remover", "session.disable_model_compile",
      "session.disable_prepacking", "session.disable_qdq_constant_folding",
      "session.disable_quant_qdq", "session.dynamic_block_base",
      "session.enable_dq_matmulnbits_fusion", "session.enable_quant_qdq_cleanup",
      "session.fail_on_suboptimal_compiled_model", "session.force_spinning_stop",
      "session.graph_optimizations_loop_level",
      "session.inter_op.spin_backoff_max", "session.inter_op.spin_duration_us",
      "session.intra_op.spin_backoff_max", "session.intra_op.spin_duration_us",
      "session.intra_op_thread_affinities", "session.layer_assignment_settings",
      "session.load_model_format", "session.max_shape_override",
      "session.model_external_initializers_file_folder_path",
      "session.node_partition_config_file",
      "session.optimized_model_external_initializers_file_name",
      "session.optimized_model_external_initializers_min_size_in_bytes",
      "session.qdq_matmulnbits_accuracy_level", "session.qdq_matmulnbits_block_size",
      "session.qdqisint8allowed", "session.record_ep_graph_assignment_info",
      "session.resource_cuda_partitioning_settings",
      "session.save_external_prepacked_constant_initializers", "session.save_model_format",
      "session.set_denormal_as_zero", "session.strict_shape_type_inference",
      "session.use_device_allocator_for_initializers", "session.use_env_allocators",
      "session.use_memory_mapped_ort_model", "session.use_ort_model_bytes_directly",
      "session.use_ort_model_bytes_for_initializers", "session.x64quantprecision");
  // spotless:on

  /** These four are set from fields of {@link SessionConfig}, so not to be set twice. */
  static final String INTRA_OP_SPINNING = "session.intra_op.allow_spinning";

  static final String INTER_OP_SPINNING = "session.inter_op.allow_spinning";
  static final String DISABLE_CPU_FALLBACK = "session.disable_cpu_ep_fallback";

  /** An entry of a run, not of a session: arenas to give back, {@code device:number}. */
  static final String ARENA_SHRINKAGE = "memory.enable_memory_arena_shrinkage";

  private static final String[] OWNED = {
    INTRA_OP_SPINNING, INTER_OP_SPINNING, DISABLE_CPU_FALLBACK, ARENA_SHRINKAGE
  };

  private ConfigKeys() {}

  /** All unknown keys at once, each with the nearest known one. */
  static void requireKnown(Collection<String> keys) {
    List<String> unknown =
        keys.stream()
            .filter(key -> !SESSION.contains(key))
            .map(key -> "'" + key + "'" + advice(key))
            .toList();
    if (!unknown.isEmpty()) {
      throw usage(
          "ONNX Runtime 1.29 has no free session setting %s"
              .formatted(String.join(", and none ", unknown)));
    }
  }

  private static String advice(String key) {
    List<String> all = Stream.concat(SESSION.stream(), Stream.of(OWNED)).toList();
    String meant = Nearest.to(key, all).orElse("");
    return switch (meant) {
      case "" -> "";
      case INTRA_OP_SPINNING, INTER_OP_SPINNING -> "; set SessionConfig.spinning";
      case DISABLE_CPU_FALLBACK -> "; set SessionConfig.cpuFallback";
      case ARENA_SHRINKAGE -> "; set SessionConfig.arenaShrinkage";
      default -> "; did you mean '" + meant + "'?";
    };
  }

  static SkerryException usage(String message) {
    return new SkerryException(ErrorCode.USAGE, message);
  }
}
